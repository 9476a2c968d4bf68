use proptest::prelude::*;

use super::*;
use crate::value::Value;

fn written(value: &Value) -> String {
    String::from_utf8(write_value(value).unwrap().to_vec()).unwrap()
}

fn read(text: &str) -> Result<Value, String> {
    read_value(text.as_bytes(), DEPTH_LIMIT).map_err(|error| error.to_string())
}

fn map(key: &str, value: Value) -> Value {
    [(key.to_owned(), value)].into_iter().collect()
}

/// Lists in each other, a value in the innermost.
fn nested(levels: usize, innermost: Value) -> Value {
    (1..levels).fold(innermost, |inner, _| Value::List(vec![inner]))
}

#[test]
fn what_json_has_words_for_is_plain_json() {
    let value: Value =
        [("level", Value::from(40)), ("room", Value::from("Küche")), ("dim", Value::from(0.5))]
            .into_iter()
            .collect();
    assert_eq!(written(&value), r#"{"level":40,"room":"Küche","dim":0.5}"#);
    let text = " { \"b\" : [ -1 , 18446744073709551615, 1.0, null ],\r\n\t\"b\": \"\\ud83e\\udd80\" } ";
    let list = vec![Value::from(-1), Value::from(u64::MAX), Value::from(1.0), Value::Null];
    let expected: Value = [("b", Value::from(list)), ("b", Value::from("🦀"))].into_iter().collect();
    assert_eq!(read(text).unwrap(), expected);
    assert_eq!(read("18446744073709551616").unwrap(), Value::from(2_f64.powi(64)));
}

#[test]
fn what_json_has_no_words_for_is_an_object_with_one_key() {
    assert_eq!(written(&Value::from(vec![0, 255])), r#"{"$bytes":"AP8="}"#);
    assert_eq!(written(&Value::from(f64::NAN)), r#"{"$float":"NaN"}"#);
    assert_eq!(written(&Value::from(f64::NEG_INFINITY)), r#"{"$float":"-inf"}"#);
    assert!(matches!(read(r#"{"$float":"nan"}"#), Ok(Value::Float(number)) if number.is_nan()));
    assert_eq!(read(r#"{"$float":"Infinity"}"#), Ok(Value::from(f64::INFINITY)));
    assert_eq!(read(r#"{"$bytes":""}"#), Ok(Value::from(Vec::<u8>::new())));
}

#[test]
fn a_map_of_ones_own_with_such_a_key_stays_one() {
    for (key, as_written) in
        [("$bytes", "$$bytes"), ("$$float", "$$$float"), ("bytes", "bytes"), ("$byte", "$byte"), ("$$", "$$")]
    {
        let value = map(key, Value::from("AP8="));
        assert_eq!(written(&value), format!(r#"{{"{as_written}":"AP8="}}"#));
        assert_eq!(read(&written(&value)).unwrap(), value);
    }
    let two: Value = [("$bytes", Value::Null), ("$float", Value::Null)].into_iter().collect();
    assert_eq!(written(&two), r#"{"$bytes":null,"$float":null}"#);
    assert_eq!(read(&written(&two)).unwrap(), two);
}

#[test]
fn what_is_no_value_is_refused_with_its_place() {
    let refused = |text: &str| read(text).unwrap_err();
    assert_eq!(refused(r#"{"level": }"#), "not valid JSON: expected value at line 1 column 11");
    assert_eq!(refused(r#"[{"$bytes":"?"}]"#), "not valid JSON: `$bytes` is not base64 at line 1 column 15");
    let float = "not valid JSON: `$float` is none of `NaN`, `inf` and `-inf` at line 1 column 14";
    assert_eq!(refused(r#"{"$float":1.5}"#), float);
    for text in ["", "1 2", "[1", "NaN", "1e999", "\"\\ud83e\"", "{\"a\"}", "{1:2}"] {
        assert!(refused(text).starts_with("not valid JSON: "), "{text}");
    }
    assert!(read_value(b"\"\xff\"", DEPTH_LIMIT).is_err());
}

#[test]
fn as_many_levels_as_a_value_may_have_go_through_and_no_more() {
    for innermost in [Value::from("1"), Value::from(vec![1]), Value::from(f64::INFINITY)] {
        let deepest = nested(VALUE_LEVELS, innermost.clone());
        assert_eq!(read(&written(&deepest)).unwrap(), deepest);
        let error = write_value(&nested(VALUE_LEVELS + 1, innermost)).unwrap_err();
        assert_eq!(error.to_string(), "nested deeper than 128 levels");
    }
    assert!(write_value(&nested(VALUE_LEVELS, Value::List(Vec::new()))).is_err(), "as `encode` counts");
}

#[test]
fn text_that_is_too_deep_is_refused_before_anything_is_decoded() {
    // What stands behind would be refused as well.
    let text = format!("{}garbage", "[".repeat(DEPTH_LIMIT));
    assert_eq!(read(&text).unwrap_err(), "nested deeper than 129 levels");
    let bomb = "{\"a\":[".repeat(100_000);
    assert_eq!(read_value(bomb.as_bytes(), usize::MAX), Err(BodyError::TooDeep { limit: DEPTH_LIMIT }));
    assert_eq!(read_value(b"[[1]]", 2), Err(BodyError::TooDeep { limit: 2 }));
    assert!(read_value(b"[[1]]", 3).is_ok());
}

#[test]
fn brackets_inside_of_texts_are_no_levels() {
    for text in [r#""[[[[""#, r#"["\"[[[", "\\"]"#, r#"{"[[\\\"[[": "{{"}"#, "[1,[],[2],[]]"] {
        let within: Vec<usize> = (0..5).filter(|limit| depth_within(text.as_bytes(), *limit)).collect();
        let levels = 1 + usize::from(!text.starts_with('"')) + usize::from(text.starts_with("[1"));
        assert_eq!(within, (levels..5).collect::<Vec<_>>(), "{text}");
    }
    assert!(!depth_within(b"", 0) && depth_within(b"", 1));
    assert!(depth_within(b"]]]][", 2) && !depth_within(b"]]]][[", 2));
    assert!(depth_within(br#"["[[[["#, 2) && depth_within(br#"["\"#, 2), "texts without an end");
}

/// Keys among which the reserved ones are frequent.
fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "\\${0,3}(bytes|float)", Just(BYTES.to_owned()), Just(FLOAT.to_owned())]
}

fn any_float() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{INFINITE, NEGATIVE, NORMAL, POSITIVE, QUIET_NAN, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO | INFINITE | QUIET_NAN
}

pub(in super::super) fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any_float().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<Vec<u8>>().prop_map(Value::from),
        any_key().prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any_key(), inner), 0..4).prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

/// Equal to the last bit, the sign of a zero included; NaN is NaN.
fn same(one: &Value, other: &Value) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

proptest! {
    #[test]
    fn every_value_survives_a_body(value in any_value()) {
        let body = write_value(&value).unwrap();
        let read = read_value(&body, DEPTH_LIMIT).unwrap();
        prop_assert!(same(&read, &value), "{read:?} {value:?}");
    }

    #[test]
    fn what_is_written_is_json_for_everybody(value in any_value()) {
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&write_value(&value).unwrap()).is_ok());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}\":,0-9a-f$\\\\ .-]{0,60}") {
        if let Ok(value) = read_value(text.as_bytes(), DEPTH_LIMIT) {
            let again = read_value(&write_value(&value).unwrap(), DEPTH_LIMIT).unwrap();
            prop_assert!(same(&again, &value), "{text}");
        }
    }

    #[test]
    fn the_scan_says_what_a_reader_would_find(value in any_value(), limit in 0_usize..8) {
        fn levels(json: &serde_json::Value) -> usize {
            match json {
                serde_json::Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or(1),
                serde_json::Value::Object(entries) => 1 + entries.values().map(levels).max().unwrap_or(1),
                _ => 1,
            }
        }
        let body = write_value(&value).unwrap();
        // Of a name that stands twice it keeps the last value only, which hides the levels of the first.
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let kept = serde_json::to_vec(&json).unwrap();
        prop_assert_eq!(depth_within(&kept, limit), levels(&json) <= limit);
    }
}
