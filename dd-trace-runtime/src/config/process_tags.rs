//! The tags that every span has: `DD_SERVICE`, `DD_ENV`, `DD_VERSION`, `DD_TAGS`, and OpenTelemetry's variables for
//! the same.

use std::borrow::Cow;
use std::sync::Arc;

use super::vars::flag;
use crate::log;

/// The tags of a process, and the service, the environment and the version among them.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProcessTags {
    pub(super) service: Option<String>,
    pub(super) env: Option<String>,
    pub(super) version: Option<String>,
    /// For every span.
    pub(crate) tags: Arc<[(String, String)]>,
    /// Which source code the process was built from, for the first span of a chunk.
    pub(crate) git: Git,
}

/// The repository without the credentials of its URL, and the commit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Git {
    pub(crate) repository_url: Option<String>,
    pub(crate) commit_sha: Option<String>,
}

/// Tags that the library itself sets, once for a span or a chunk. A second tag of that name would contradict it.
const RESERVED: &[&str] = &[
    "error.message",
    "error.stack",
    "error.type",
    "events",
    "language",
    "runtime-id",
    "span.kind",
];

impl ProcessTags {
    /// Datadog's variables come first. OpenTelemetry's resource attributes count if `DD_TAGS` isn't set, as in
    /// Datadog's tracers.
    pub(super) fn from_vars(var: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut found = Self::default();
        let mut pairs = match var("DD_TAGS") {
            Some(tags) => pairs(&tags),
            None => resource_attributes(&var("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default()),
        };
        let mut taken = |names: &[&str]| {
            let mut found = None;
            pairs.retain_mut(|(key, value)| {
                let is_it = names.contains(&key.as_str());
                if is_it && !value.is_empty() {
                    found = Some(std::mem::take(value));
                }
                !is_it
            });
            found
        };
        let (service, env, version) = (
            taken(&["service", "service.name"]),
            taken(&[
                "env",
                "deployment.environment",
                "deployment.environment.name",
            ]),
            taken(&["version", "service.version"]),
        );
        found.service = var("DD_SERVICE")
            .or_else(|| var("OTEL_SERVICE_NAME"))
            .or(service);
        found.env = var("DD_ENV").or(env);
        found.version = var("DD_VERSION").or(version);
        let (repository, commit) = (taken(&["git.repository_url"]), taken(&["git.commit.sha"]));
        if flag(var, "DD_TRACE_GIT_METADATA_ENABLED", true) {
            let repository = var("DD_GIT_REPOSITORY_URL").or(repository);
            found.git.repository_url = repository.map(|url| without_credentials(&url).into_owned());
            found.git.commit_sha = var("DD_GIT_COMMIT_SHA").or(commit);
        }
        pairs.retain(|(key, _)| !RESERVED.contains(&key.as_str()) && !key.starts_with("_dd."));
        found.tags = pairs.into();
        found
    }
}

/// Pairs separated by commas, or by blanks if there are no commas. A value may contain colons, and a tag needs none.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let has_commas = text.contains(',');
    let separate = |c: char| c == ',' || !has_commas && c.is_whitespace();
    for pair in text.split(separate) {
        let (key, value) = pair.split_once(':').unwrap_or((pair, ""));
        put(&mut pairs, key.trim(), value.trim());
    }
    pairs
}

/// `key=value,key=value`, with percent encoding.
fn resource_attributes(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
        match pair.split_once('=') {
            Some((key, value)) => put(&mut pairs, key.trim(), &decoded(value.trim())),
            None => log::warn!(
                "OTEL_RESOURCE_ATTRIBUTES has `{}`; write `key=value,key=value`; ignored",
                pair.trim()
            ),
        }
    }
    pairs
}

/// The last of equal keys counts.
fn put(pairs: &mut Vec<(String, String)>, key: &str, value: &str) {
    if key.is_empty() {
        return;
    }
    pairs.retain(|(known, _)| known != key);
    pairs.push((key.to_owned(), value.to_owned()));
}

/// Decodes percent encoding, and leaves everything else as it is.
fn decoded(text: &str) -> Cow<'_, str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = escaped_byte(rest);
        bytes.push(escaped.unwrap_or(first));
        rest = after
            .get(2..)
            .filter(|_| escaped.is_some())
            .unwrap_or(after);
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The byte that `%XY` at the beginning of `text` stands for.
fn escaped_byte(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

/// `https://user:token@host/path` as `https://host/path`. The user of `git@host:path` isn't a secret.
fn without_credentials(url: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Cow::Borrowed(url);
    };
    let authority = rest
        .find('/')
        .map_or(rest, |end| rest.get(..end).unwrap_or(rest));
    match authority.rfind('@') {
        Some(at) => Cow::Owned(format!(
            "{scheme}://{}",
            rest.get(at + 1..).unwrap_or_default()
        )),
        None => Cow::Borrowed(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn process(vars: &[(&str, &str)]) -> ProcessTags {
        ProcessTags::from_vars(&|name: &str| {
            let mut vars = vars.iter();
            let (_, value) = vars.find(|(known, _)| *known == name)?;
            Some((*value).to_owned())
        })
    }

    fn tags(text: &str) -> String {
        let found = process(&[("DD_TAGS", text)]);
        let env = found.env.iter().map(|env| format!("env={env}"));
        let tags = found
            .tags
            .iter()
            .map(|(key, value)| format!("{key}={value}"));
        env.chain(tags).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn dd_tags_are_separated_by_commas_or_else_by_blanks() {
        for (text, expected) in [
            ("key1:value1,key2:value2", "key1=value1|key2=value2"),
            ("key1:value1 key2:value2", "key1=value1|key2=value2"),
            (
                "env:test aKey:aVal bKey:bVal cKey:",
                "env=test|aKey=aVal|bKey=bVal|cKey=",
            ),
            (
                "env:test,aKey:aVal,bKey:bVal,cKey:",
                "env=test|aKey=aVal|bKey=bVal|cKey=",
            ),
            (
                "env:test,aKey:aVal bKey:bVal cKey:",
                "env=test|aKey=aVal bKey:bVal cKey:",
            ),
            (
                "env:test     bKey :bVal dKey: dVal cKey:",
                "env=test|bKey=|dKey=|dVal=|cKey=",
            ),
            (
                "env :test, aKey : aVal bKey:bVal cKey:",
                "env=test|aKey=aVal bKey:bVal cKey:",
            ),
            (
                "env:keyWithA:Semicolon bKey:bVal cKey",
                "env=keyWithA:Semicolon|bKey=bVal|cKey=",
            ),
            (
                "env:keyWith:  , ,   Lots:Of:Colons ",
                "env=keyWith:|Lots=Of:Colons",
            ),
            ("a:b,c,d", "a=b|c=|d="),
            ("a,1", "a=|1="),
            ("a:b:c:d", "a=b:c:d"),
            ("a:1,a:2", "a=2"),
            (" , :x, ", ""),
            ("span.kind:x,_dd.p.tid:1,language:x,team:a", "team=a"),
        ] {
            assert_eq!(tags(text), expected, "{text}");
        }
    }

    #[test]
    fn datadog_s_names_come_before_opentelemetry_s_and_both_before_the_tags() {
        let otel =
            "service.name=o,deployment.environment=e%20f,service.version=1,team=a%2Cb,x=100%";
        for (vars, service, env, version, tags) in [
            (
                &[("DD_TAGS", "service:t,env:e,version:2")][..],
                "t",
                "e",
                "2",
                0,
            ),
            (
                &[("DD_TAGS", "service:t"), ("OTEL_SERVICE_NAME", "n")],
                "n",
                "",
                "",
                0,
            ),
            (
                &[("DD_TAGS", "service:t"), ("DD_SERVICE", "d")],
                "d",
                "",
                "",
                0,
            ),
            (
                &[("OTEL_SERVICE_NAME", "n"), ("DD_SERVICE", "d")],
                "d",
                "",
                "",
                0,
            ),
            (&[("OTEL_RESOURCE_ATTRIBUTES", otel)], "o", "e f", "1", 2),
            (
                &[
                    ("OTEL_RESOURCE_ATTRIBUTES", otel),
                    ("OTEL_SERVICE_NAME", "n"),
                ],
                "n",
                "e f",
                "1",
                2,
            ),
            (
                &[("OTEL_RESOURCE_ATTRIBUTES", otel), ("DD_ENV", "d")],
                "o",
                "d",
                "1",
                2,
            ),
            (
                &[("OTEL_RESOURCE_ATTRIBUTES", otel), ("DD_TAGS", "a:b")],
                "",
                "",
                "",
                1,
            ),
        ] {
            let found = process(vars);
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let names = (text(&found.service), text(&found.env), text(&found.version));
            assert_eq!(
                names,
                (service.into(), env.into(), version.into()),
                "{vars:?}"
            );
            assert_eq!(found.tags.len(), tags, "{vars:?}");
        }
        let found = process(&[("OTEL_RESOURCE_ATTRIBUTES", otel)]);
        assert_eq!(found.tags[0], ("team".to_owned(), "a,b".to_owned()));
        assert_eq!(found.tags[1], ("x".to_owned(), "100%".to_owned()));
    }

    #[test]
    fn the_url_of_a_repository_loses_its_credentials() {
        for (url, expected) in [
            (
                "https://github.com/shop/orders",
                "https://github.com/shop/orders",
            ),
            (
                "https://user:secret@github.com/shop",
                "https://github.com/shop",
            ),
            (
                "https://token@github.com/shop@v1",
                "https://github.com/shop@v1",
            ),
            ("https://a@b@github.com", "https://github.com"),
            ("ssh://git@github.com/shop", "ssh://github.com/shop"),
            (
                "git@github.com:shop/orders.git",
                "git@github.com:shop/orders.git",
            ),
        ] {
            let found = process(&[("DD_GIT_REPOSITORY_URL", url)]);
            assert_eq!(found.git.repository_url.as_deref(), Some(expected));
        }
        let off = ("DD_TRACE_GIT_METADATA_ENABLED", "false");
        let found = process(&[
            off,
            ("DD_GIT_COMMIT_SHA", "1"),
            ("DD_TAGS", "git.commit.sha:2"),
        ]);
        assert_eq!((found.git.commit_sha, found.tags.len()), (None, 0));
    }

    #[test]
    fn the_function_s_name_is_the_service_only_if_nothing_else_names_one() {
        let vars = |name: &str| match name {
            "AWS_LAMBDA_FUNCTION_NAME" => Some("orders".to_owned()),
            "DD_TAGS" => Some("service:shop".to_owned()),
            _ => None,
        };
        assert_eq!(Config::from_vars(vars).services.own(), "shop");
    }
}
