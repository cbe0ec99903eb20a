//! Texts and what a reader finds in them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Reader;

/// The members of the object `json`, each with its value as it stands in the text.
fn members(json: &str) -> Vec<(String, String)> {
    let mut reader = Reader::new(json.as_bytes());
    let mut members = Vec::new();
    let Some(object) = reader.object() else {
        return members;
    };
    while let Some(name) = reader.member(object) {
        let value = reader.raw().unwrap_or("nothing");
        members.push((String::from_utf8(name.into_owned()).unwrap(), value.into()));
    }
    members
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn members_come_in_the_order_of_the_text_with_their_names_decoded() {
    let json =
        " {\n\"a\" : [1, {\"b\": \"]}\"}] ,\t\"\\u0061\\n\":-1.5e3,\"\":{ },\"n\":null } trailing";
    assert_eq!(
        members(json),
        [
            pair("a", "[1, {\"b\": \"]}\"}]"),
            pair("a\n", "-1.5e3"),
            pair("", "{ }"),
            pair("n", "null"),
        ]
    );
}

#[test]
fn what_is_not_read_is_stepped_over() {
    let mut reader =
        Reader::new(br#"{"a":{"b":[1,{"c":"}"}],"d":2},"e":"x\\\"y","f":["g"],"h":3}"#);
    let top = reader.object().unwrap();
    assert_eq!(*reader.member(top).unwrap(), *b"a");
    let inner = reader.object().unwrap();
    assert_eq!(*reader.member(inner).unwrap(), *b"b");
    let array = reader.array().unwrap();
    assert!(reader.element(array));
    assert_eq!(*reader.member(top).unwrap(), *b"e", "b and d are left");
    assert!(reader.member(inner).is_none(), "it has been left");
    assert_eq!(*reader.member(top).unwrap(), *b"f");
    assert_eq!(*reader.member(top).unwrap(), *b"h");
    assert_eq!(reader.raw(), Some("3"));
    assert!(reader.member(top).is_none());
    assert!(reader.member(top).is_none());
}

#[test]
fn a_value_is_read_as_what_it_is_or_not_at_all() {
    let mut reader = Reader::new(br#"{"a":["x",1,"\u00fc\/","\ud800"],"b":"y"}"#);
    let object = reader.object().unwrap();
    reader.member(object).unwrap();
    assert_eq!(reader.string(), None);
    assert!(reader.object().is_none());
    let array = reader.array().unwrap();
    let mut strings = Vec::new();
    while reader.element(array) {
        strings.push(reader.string().map(std::borrow::Cow::into_owned));
    }
    assert_eq!(strings, [Some("x".into()), None, Some("ü/".into()), None]);
    reader.member(object).unwrap();
    assert_eq!(reader.string().as_deref(), Some("y"));
    assert_eq!(reader.string(), None, "it has been read");
}

#[test]
fn a_name_that_is_no_text_hides_no_other() {
    let json = r#"{"a":1,"\ud800":{"b":2},"c":3}"#;
    let found = members(json);
    assert_eq!(
        found,
        [pair("a", "1"), pair("", "{\"b\":2}"), pair("c", "3")]
    );
}

#[test]
fn broken_text_has_what_stands_before_the_break() {
    let before = vec![pair("a", "1")];
    for json in [
        r#"{"a":1"#,
        r#"{"a":1,"#,
        r#"{"a":1,"b"#,
        r#"{"a":1,"b""#,
        r#"{"a":1,"b" 2}"#,
        r#"{"a":1,b:2}"#,
        r#"{"a":1}}"#,
        r#"{"a":1,"b\"#,
    ] {
        assert_eq!(members(json), before, "{json}");
    }
    for json in ["", " ", "[]", "\"a\"", "{", "{}", "{\"", "1", "}"] {
        assert_eq!(members(json), [], "{json}");
    }
}

/// Any JSON value, with strings that need every kind of escape.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        "[a\"\\\\{}\\[\\],:\u{1}é ]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[a\"\\\\}é]{0,9}", inner), 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn every_member_of_every_object_is_the_one_that_serde_json_reads(
        value in value(), pretty: bool,
    ) {
        let value = json!({"first": 1, "value": value, "last": "z"});
        let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let found: Value = members(&json.unwrap())
            .into_iter()
            .map(|(name, value)| (name, serde_json::from_str::<Value>(&value).unwrap()))
            .collect();
        prop_assert_eq!(found, value);
    }

    #[test]
    fn a_string_ends_where_one_byte_after_the_other_says(
        inside in r#"(\\\\|\\"|\\\\\\"|a|]|#|[a-z]{1,50}){0,60}["\\#a]{0,40}"#,
    ) {
        let mut is_escaped = false;
        let end = inside.bytes().position(|byte| {
            let is_end = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            is_end
        });
        let rest = super::skip::end_of_string(inside.as_bytes());
        prop_assert_eq!(rest.map(<[u8]>::len), end.map(|end| inside.len() - end - 1));
    }

    #[test]
    fn levels_end_where_one_byte_after_the_other_says_in_any_text(
        text in r#"(["\\{}\[\]]|\\"|\\\\|[{\[]{1,9}|[a-z ]{1,40}|"[a-z{}]{0,40}"){0,80}"#, open in 1_usize..5,
    ) {
        let (rest, left) = super::levels::end_of_levels(text.as_bytes(), open);
        prop_assert_eq!((rest.len(), left), end_of_levels_by_bytes(&text, open));
    }

    #[test]
    fn a_list_of_bytes_is_what_serde_json_reads(list: Vec<i16>, small: Vec<u8>) {
        for list in [json!(list), json!(small)] {
            let signed = serde_json::from_value::<Vec<i16>>(list.clone()).unwrap();
            let byte = |number: i16| {
                let negative = i8::try_from(number).ok().map(i8::cast_unsigned);
                u8::try_from(number).ok().or(negative)
            };
            let bytes: Option<Vec<u8>> = signed.into_iter().map(byte).collect();
            let bytes = bytes.filter(|bytes| !bytes.is_empty());
            prop_assert_eq!(Reader::new(list.to_string().as_bytes()).byte_list(9_999), bytes);
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in "[\\[\\]{}\",:\\\\a1 ]{0,60}", reads: Vec<u8>) {
        let mut reader = Reader::new(bytes.as_bytes());
        let mut levels = vec![];
        for read in reads {
            match read % 6 {
                0 => levels.extend(reader.object()),
                1 => levels.extend(reader.array()),
                2 => drop(reader.string()),
                3 => drop(reader.raw()),
                4 => { levels.last().map(|level| reader.member(*level)); }
                _ => { levels.last().map(|level| reader.element(*level)); }
            }
        }
    }
}

/// The length of what follows `open` levels, and how many are still open there.
fn end_of_levels_by_bytes(text: &str, mut open: usize) -> (usize, usize) {
    let (mut is_inside, mut is_escaped) = (false, false);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_inside,
            b'"' => is_inside = !is_inside,
            _ if is_inside => {}
            b'{' | b'[' => open += 1,
            b'}' | b']' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return (text.len() - place - 1, 0);
        }
    }
    (0, open)
}

#[test]
fn levels_end_where_one_byte_after_the_other_says_wherever_a_mark_stands() {
    let marks = ["\"", "\\", "{", "]", "x"];
    let triples = marks
        .iter()
        .flat_map(|a| marks.iter().map(move |b| [a, b]))
        .flat_map(|[a, b]| marks.iter().map(move |c| [*a, *b, *c].concat()));
    for triple in triples {
        for place in 0..70 {
            let (before, after) = ("x".repeat(place), "y".repeat(70 - place));
            for quote in ["", "\""] {
                let text = format!("[{quote}{before}{triple}{after}{quote}],\"{triple}\"}}]");
                let (rest, left) = super::levels::end_of_levels(text.as_bytes(), 2);
                let expected = end_of_levels_by_bytes(&text, 2);
                assert_eq!((rest.len(), left), expected, "{text}");
            }
        }
    }
}

#[test]
fn a_long_string_ends_at_its_own_quote_wherever_escapes_stand_in_it() {
    for clear in 0..80 {
        for escape in [r"", r#"\""#, r"\\", r#"\\\""#, r"\u0022", r#"\"]"#] {
            let inside = format!("{}{escape}{}", "x".repeat(clear), "y".repeat(80 - clear));
            let json = format!(r#"{{"a":"{inside}","b":["{inside}"],"c":3}}"#);
            let value = format!("\"{inside}\"");
            let list = format!("[{value}]");
            assert_eq!(
                members(&json),
                [pair("a", &value), pair("b", &list), pair("c", "3")]
            );
        }
    }
}

#[test]
fn members_ahead_are_those_that_a_word_names_if_it_stands_nowhere_else() {
    let found = |json: &str| {
        let members = Reader::new(json.as_bytes()).members_ahead(&super::word::DATADOG, 2)?;
        let values = members.into_iter();
        Some(
            values
                .map(|mut value| value.raw().unwrap_or("nothing").to_owned())
                .collect(),
        )
    };
    let some = |values: &[&str]| Some(values.iter().map(|value| (*value).to_owned()).collect());
    let cases: [(&str, Option<Vec<String>>); 9] = [
        (
            r#"[{"a":1,"_datadog":2},[{"_datadog" : "x"}]]"#,
            some(&["2", "\"x\""]),
        ),
        (
            r#"{"_datadog":1,"a":{"_datadog":2,"_datadog":3}}"#,
            some(&["1", "2"]),
        ),
        (r#"{"datadog":1}"#, some(&[])),
        (r#"{"_datadog":"#, some(&["nothing"])),
        (r#"{"x_datadog":1}"#, None),
        (r#"{"_datadog_":1}"#, None),
        (r#"["_datadog"]"#, None),
        (r#"{"a":"{\"_datadog\":1}"}"#, None),
        (r#"{"a":"\"_datadog"}"#, None),
    ];
    for (json, expected) in cases {
        assert_eq!(found(json), expected, "{json}");
    }
}

#[test]
fn a_list_of_bytes_has_no_more_than_it_may_and_leaves_others_to_be_read() {
    let mut reader = Reader::new(b"[1,22,255,-128,-1]x");
    for limit in [3, 4] {
        let mut reader = reader.clone();
        assert_eq!(reader.byte_list(limit).unwrap().len(), limit + 1);
        assert_eq!(reader.raw(), Some("[1,22,255,-128,-1]"));
    }
    assert_eq!(reader.byte_list(5), Some(vec![1, 22, 255, 128, 255]));
    assert_eq!(reader.raw(), None);
    let digits = "[10,21,32,43,54,65,76,-7,99,88,77,6]";
    let all = [10, 21, 32, 43, 54, 65, 76, 249, 99, 88, 77, 6];
    for limit in 0..all.len() {
        let bytes = Reader::new(digits.as_bytes()).byte_list(limit).unwrap();
        assert_eq!(bytes, &all[..=limit], "{limit}");
    }
    for list in [
        "[]",
        "[256]",
        "[-129]",
        "[1.5]",
        "[\"1\"]",
        "[1,]",
        "[1",
        "[1000]",
        "{}",
        "[10,20;30,40]",
        "[10;20,30,40]",
        "[10,2:,30,40]",
        "[/0,20,30,40]",
        "[10,20,30;40]",
    ] {
        let mut reader = Reader::new(list.as_bytes());
        assert_eq!(reader.byte_list(5), None, "{list}");
        assert_eq!(reader.raw(), Some(list), "{list}");
    }
}

fn escaped(string: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let is_read = super::each_escaped_text(string.as_bytes(), |name, value| {
        found.push((text(name), text(value)));
    });
    is_read.then_some(found)
}

#[test]
fn an_object_of_texts_in_a_string_is_read_where_it_stands() {
    let both = Some(vec![pair("a", "1"), pair("b", "ü,}")]);
    assert_eq!(escaped(r#""{\"a\":\"1\",\"b\":\"ü,}\"}""#), both);
    assert_eq!(escaped(r#"" { \"a\": \"1\" , \"b\": \"ü,}\" } ""#), both);
}

#[test]
fn a_string_that_says_more_than_an_object_of_texts_must_be_unescaped_first() {
    for string in [
        r#""""#,
        r#""{}""#,
        r#""{\"a\":1}""#,
        r#""{\"a\":\"1\"""#,
        r#""{\"a\":\"1\"}x""#,
        r#""{\"a\":\"1\",}""#,
        r#""{\"a\",\"1\"}""#,
        r#""{\"a\":\"\\u0031\"}""#,
        r#""{\"a\":\"\\\"1\"}""#,
        r#""{\"a\":[\"1\"]}""#,
        r#"{"a":"1"}"#,
        r#""{\"a\":\"1\"}"#,
    ] {
        assert_eq!(escaped(string), None, "{string}");
    }
}
