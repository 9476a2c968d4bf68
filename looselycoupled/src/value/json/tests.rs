use proptest::prelude::*;

use super::*;
use crate::value::decode::tests::any_value;

#[test]
fn nan_and_the_infinities_are_no_json() {
    let value: Value =
        [("levels", Value::from(vec![Value::from(1.0), Value::from(f64::NAN)]))].into_iter().collect();
    assert_eq!(value.to_json_text().unwrap_err().to_string(), "NaN cannot be written as JSON at `levels[1]`");
    assert!(Value::from(f64::INFINITY).to_json_text().is_err());
}

#[test]
fn integers_and_floats_stay_apart() {
    assert_eq!(Value::from_json_text("1.0").unwrap(), Value::Float(1.0));
    assert_eq!(Value::from_json_text("1").unwrap(), Value::Unsigned(1));
    assert_eq!(Value::from_json_text("-1").unwrap(), Value::Signed(-1));
    assert_eq!(Value::from(1.0).to_json_text().unwrap(), "1.0");
}

#[test]
fn bytes_become_a_list_of_numbers_and_are_bytes_again_when_decoded() {
    let text = Value::from(vec![1_u8, 255]).to_json_text().unwrap();
    assert_eq!(text, "[1,255]");
    assert_eq!(Value::from_json_text(&text).unwrap().decode::<Vec<u8>>().unwrap(), [1, 255]);
}

#[test]
fn what_is_not_json_says_where() {
    let error = Value::from_json_text("{\"level\": }").unwrap_err().to_string();
    assert_eq!(error, "not valid JSON: expected value at line 1 column 11");
    assert!(Value::from_json_text("1 2").is_err());
    assert!(Value::from_json_text(&"[".repeat(100_000)).is_err());
}

#[test]
fn what_is_just_not_too_deep_goes_through_json() {
    let nested = (0..127).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    assert_eq!(Value::from_json_text(&nested.to_json_text().unwrap()).unwrap(), nested);
}

/// What JSON keeps: bytes become lists, and a float of few digits is exact with every reader.
fn as_in_json(value: Value) -> Value {
    match value {
        Value::Bytes(bytes) => bytes.into_iter().map(Value::from).collect(),
        Value::Float(number) => Value::Float(number.clamp(-1e9, 1e9).trunc() / 8.0),
        Value::List(items) => items.into_iter().map(as_in_json).collect(),
        Value::Map(entries) => entries.into_iter().map(|(name, value)| (name, as_in_json(value))).collect(),
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_survives_json_text(value in any_value().prop_map(as_in_json)) {
        let text = value.to_json_text().unwrap();
        prop_assert_eq!(Value::from_json_text(&text).unwrap(), value);
    }

    /// Needs the feature `float_roundtrip` of `serde_json`.
    #[test]
    fn a_float_survives_json_text_to_its_last_bit(number in any::<f64>()) {
        let text = Value::from(number).to_json_text().unwrap();
        prop_assert_eq!(Value::from_json_text(&text).unwrap(), Value::Float(number));
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(text in ".*") {
        let _ = Value::from_json_text(&text);
    }
}
