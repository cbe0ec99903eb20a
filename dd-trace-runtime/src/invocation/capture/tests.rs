//! Payloads and their tags.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use super::{MAX_KEY, MAX_TAGS, MAX_VALUE, tags};

fn captured_to(depth: usize, payload: &str) -> Vec<(String, String)> {
    let tags = tags("function.request", payload.as_bytes(), depth);
    let pairs = tags
        .into_iter()
        .map(|tag| (tag.key.to_string(), tag.value.to_string()));
    pairs.collect()
}

fn captured(payload: &Value) -> Vec<(String, String)> {
    captured_to(10, &payload.to_string())
}

fn value_of(payload: &Value, key: &str) -> Option<String> {
    let key = format!("function.request.{key}");
    captured(payload)
        .into_iter()
        .find(|(known, _)| *known == key)
        .map(|(_, value)| value)
}

#[test]
fn each_value_is_a_tag_named_by_its_path() {
    let payload = r#"{"a":{"b":[1.50,true,null]},"text":"t","empty":{},"list":[]}"#;
    let expected = [
        ("function.request.a.b.0", "1.50"),
        ("function.request.a.b.1", "true"),
        ("function.request.a.b.2", "null"),
        ("function.request.text", "t"),
    ];
    assert_eq!(
        captured_to(10, payload),
        expected.map(|(key, value)| (key.into(), value.into()))
    );
    assert_eq!(
        captured_to(10, "7"),
        [("function.request".into(), "7".into())]
    );
}

#[test]
fn json_inside_a_string_is_read_and_takes_one_level() {
    let payload = json!({"body": json!({"id": 7, "token": "t"}).to_string()});
    assert_eq!(value_of(&payload, "body.id").as_deref(), Some("7"));
    assert_eq!(
        value_of(&payload, "body.token").as_deref(),
        Some("redacted")
    );
    assert_eq!(
        value_of(&json!({"body": "{not json"}), "body").as_deref(),
        Some("{not json")
    );
    let below = captured_to(2, &json!({"body": r#"{"id":7}"#}).to_string());
    assert_eq!(
        below,
        [("function.request.body".to_owned(), r#"{"id":7}"#.to_owned())]
    );
}

#[test]
fn a_secret_of_any_type_is_redacted_in_any_spelling_and_letter_case() {
    for key in [
        "Authorization",
        "X-AUTHORIZATION",
        "password",
        "dbPassword",
        "TOKEN",
        "x-amz-security-token",
        "api_key",
        "X-Api-Key",
        "clientSecret",
        "cookies",
        "Set-Cookie",
        "pwd",
        "accessKey",
        "a.b.token",
        "tokens",
        "passwords",
        "apiKeys",
        "refresh_tokens",
    ] {
        for secret in [
            json!("s3cr3t"),
            json!(3_141_592),
            json!(["s3cr3t"]),
            json!({"v": "s3cr3t"}),
        ] {
            let tags = captured(&json!({"headers": {key: secret}}));
            assert_eq!(tags.len(), 1, "{key}: {tags:?}");
            assert_eq!(tags[0].1, "redacted", "{key}: {tags:?}");
        }
    }
}

#[test]
fn a_secret_in_a_query_string_a_form_a_url_or_a_cookie_is_redacted() {
    for (text, shown) in [
        (
            "page=2&token=s3cr3t&sort=up",
            "page=2&token=redacted&sort=up",
        ),
        (
            "user=ann&password=s3cr3t&page=2",
            "user=ann&password=redacted&page=2",
        ),
        (
            "https://a.example/x?access_token=s3cr3t#top",
            "https://a.example/x?access_token=redacted",
        ),
        (
            "theme=dark; sessionToken=s3cr3t",
            "theme=dark; sessionToken=redacted",
        ),
        ("a = b, c == d", "a = b, c == d"),
        ("no pair at all", "no pair at all"),
    ] {
        assert_eq!(
            value_of(&json!({"body": text}), "body").as_deref(),
            Some(shown)
        );
        let deep = captured_to(1, &json!({"body": text}).to_string());
        assert_eq!(deep[0].1, shown);
    }
}

#[test]
fn a_body_in_base64_is_read_or_left_out() {
    let captured_body = |body: &[u8], depth| {
        let body = BASE64_STANDARD.encode(body);
        let requests = [
            json!({"body": body, "isBase64Encoded": true}).to_string(),
            format!(r#"{{"isBase64Encoded": true, "body": "{body}"}}"#),
        ];
        let [last, first] = requests.map(|request| {
            let mut tags = captured_to(depth, &request);
            tags.retain(|(key, _)| key != "function.request.isBase64Encoded");
            tags
        });
        assert_eq!(last, first);
        last
    };
    let tag = |key: &str, value: &str| (format!("function.request.{key}"), value.to_owned());
    assert_eq!(
        captured_body(br#"{"id":7,"password":"s3cr3t"}"#, 10),
        [tag("body.id", "7"), tag("body.password", "redacted")]
    );
    assert_eq!(
        captured_body(br#"{"id":7,"password":"s3cr3t"}"#, 1),
        [tag("body", r#"{"id":7,"password":"redacted"}"#)]
    );
    assert_eq!(
        captured_body(b"user=ann&password=s3cr3t", 10),
        [tag("body", "user=ann&password=redacted")]
    );
    let unreadable: [&[u8]; 4] = [
        b"\x89PNG",
        b"the password is s3cr3t",
        b"<pwd>s3cr3t</pwd>",
        b"",
    ];
    for body in unreadable {
        assert_eq!(captured_body(body, 10), []);
    }
    let plain = json!({"body": "aGk=", "isBase64Encoded": false});
    assert_eq!(value_of(&plain, "body").as_deref(), Some("aGk="));
}

/// The bytes of all tags together.
fn size(payload: &str) -> usize {
    let tags = captured_to(10, payload);
    tags.iter()
        .map(|(key, value)| key.len() + value.len())
        .sum()
}

#[test]
fn the_size_of_all_tags_is_bounded_whatever_the_keys_are() {
    let inner: serde_json::Map<_, _> = (0..400).map(|n| (format!("a{n}"), json!(1))).collect();
    let long_key = |length: usize| json!({"k".repeat(length): inner}).to_string();
    let deep = |levels: usize| {
        (0..levels).fold(json!(inner), |below, _| json!({"level".repeat(100): below}))
    };
    let most = MAX_TAGS * (MAX_KEY + MAX_VALUE);
    for times in [1, 2, 4] {
        assert_eq!(size(&long_key(times * 250_000)), MAX_TAGS * (MAX_KEY + 1));
        assert!(size(&deep(times * 4).to_string()) <= most);
        let wide: Vec<String> = vec!["v".repeat(10_000); times * 300];
        assert_eq!(size(&json!(wide).to_string()) / MAX_TAGS / MAX_VALUE, 1);
    }
}

#[test]
fn below_the_deepest_level_secrets_are_redacted_too() {
    let payload =
        json!({"a": {"b": {"n": 1, "Token": {"x": ["s3cr3t"]}, "inner": r#"{"pwd":"s3cr3t"}"#}}});
    let tags = captured_to(2, &payload.to_string());
    let expected = r#"{"Token":"redacted","inner":{"pwd":"redacted"},"n":1}"#;
    assert_eq!(
        tags,
        [("function.request.a.b".to_owned(), expected.to_owned())]
    );
}

#[test]
fn tags_and_their_values_are_bounded() {
    let long = captured(&json!({"text": "ü".repeat(10_000)}));
    assert_eq!(long[0].1.len(), 5_000);
    let many = captured(&json!((0..10_000).collect::<Vec<u32>>()));
    assert_eq!(many.len(), MAX_TAGS);
    let wide = captured_to(0, &json!((0..100_000).collect::<Vec<u32>>()).to_string());
    assert_eq!(wide[0].1.len(), 5_000);
}

#[test]
fn hostile_nesting_costs_no_stack() {
    for depth in [0, 10, 100_000] {
        let tags = captured_to(depth, &"[".repeat(100_000));
        assert!(tags.len() <= 1);
    }
    let escaped = (0..12).fold("1".to_owned(), |text, _| json!([text]).to_string());
    assert_eq!(captured_to(10, &escaped).len(), 1);
}
