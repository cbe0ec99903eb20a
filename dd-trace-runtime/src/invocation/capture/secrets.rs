//! What must not become a tag.

use std::borrow::Cow;

pub(super) const REDACTED: &str = "redacted";

/// The ends of keys whose values are secrets, whatever stands before them: `dbPassword`, `X-Api-Key`,
/// `client_secret`. Datadog's libraries know a few whole keys in one letter case.
const SECRET_ENDS: [&str; 16] = [
    "accesskey",
    "apikey",
    "authorization",
    "authorizationtoken",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "secretkey",
    "token",
];

/// Whether `key` names a secret, in any letter case and however its words are joined.
pub(super) fn is_secret(key: &str) -> bool {
    let letters = key.bytes().filter(u8::is_ascii_alphanumeric);
    let plain: Vec<u8> = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    SECRET_ENDS
        .iter()
        .any(|end| plain.ends_with(end.as_bytes()))
}

/// A query string with the values of its secrets left out; any other text as it is.
pub(super) fn without_secrets<'a>(name: Option<&str>, text: &'a str) -> Cow<'a, str> {
    let is_query = name.is_some_and(|name| name.to_ascii_lowercase().ends_with("querystring"));
    if !is_query {
        return Cow::Borrowed(text);
    }
    let pairs = text.split('&').map(|pair| match pair.split_once('=') {
        Some((key, _)) if is_secret(key) => Cow::Owned(format!("{key}={REDACTED}")),
        _ => Cow::Borrowed(pair),
    });
    Cow::Owned(pairs.collect::<Vec<_>>().join("&"))
}
