//! Secrets, which must not become tags.

use std::borrow::Cow;

pub(super) const REDACTED: &str = "redacted";

/// Endings of keys whose values are secrets, whatever comes before them: `dbPassword`, `X-Api-Key`,
/// `client_secret`. Datadog's libraries know only a few whole keys, in one letter case.
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

/// Whether `key` names one secret or several, in any letter case and however its words are joined.
pub(super) fn is_secret(key: &str) -> bool {
    let letters = key.bytes().filter(u8::is_ascii_alphanumeric);
    let plain: Vec<u8> = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let one = plain.strip_suffix(b"s").unwrap_or(&plain);
    SECRET_ENDS.iter().any(|end| {
        let end = end.as_bytes();
        plain.ends_with(end) || one.ends_with(end)
    })
}

/// Separators of the pairs in query strings, forms and cookies, also within a URL.
const SEPARATORS: [char; 7] = ['&', '?', ';', ',', ' ', '\n', '\r'];

/// A text whose pairs `key=value` are redacted where the key names a secret. The text may be a query string, a form, a
/// cookie or a URL.
pub(super) fn without_secrets(text: &str) -> Cow<'_, str> {
    let is_leak = |pair: &str| pair.split_once('=').is_some_and(|(key, _)| is_secret(key));
    if !text.split(SEPARATORS).any(is_leak) {
        return Cow::Borrowed(text);
    }
    let parts = text.split_inclusive(SEPARATORS).map(|part| {
        let pair = part.trim_end_matches(SEPARATORS);
        match pair.split_once('=') {
            Some((key, _)) if is_secret(key) => {
                let separator = part.get(pair.len()..).unwrap_or_default();
                Cow::Owned([key, "=", REDACTED, separator].concat())
            }
            _ => Cow::Borrowed(part),
        }
    });
    Cow::Owned(parts.collect())
}
