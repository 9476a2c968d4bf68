use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::num::NonZeroU8;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;
use crate::value::encode;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Room {
    name: String,
    level: u8,
    #[serde(default)]
    seen: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct House {
    rooms: Vec<Room>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Shape {
    Unit,
    New(u8),
    Tuple(i64, String),
    Struct { level: u8 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    truth: bool,
    small: i8,
    large: u64,
    wide: i128,
    float: f64,
    single: f32,
    letter: char,
    text: String,
    maybe: Option<Box<Self>>,
    pair: (u8, String),
    unit: (),
    shapes: Vec<Shape>,
    by_number: BTreeMap<i32, String>,
    by_truth: BTreeMap<bool, u8>,
    by_shape: BTreeMap<char, Shape>,
    any: Value,
}

fn map(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    entries.into_iter().collect()
}

/// Owned and borrowed decoding must agree, so every test goes both ways.
fn decode<T: DeserializeOwned + PartialEq + Debug>(value: impl Into<Value>) -> Result<T, DecodeError> {
    let value = value.into();
    let borrowed = value.decode_ref::<T>();
    let owned = value.decode::<T>();
    assert_eq!(owned, borrowed);
    owned
}

fn refused<T: DeserializeOwned + PartialEq + Debug>(value: impl Into<Value>) -> String {
    decode::<T>(value).unwrap_err().to_string()
}

#[test]
fn an_integer_must_fit() {
    assert_eq!(decode::<u8>(255), Ok(255));
    assert_eq!(refused::<u8>(300), "300 does not fit into u8");
    assert_eq!(refused::<u8>(-1), "-1 does not fit into u8");
    assert_eq!(refused::<i64>(u64::MAX), "18446744073709551615 does not fit into i64");
    assert_eq!(decode::<i128>(-7), Ok(-7));
    assert_eq!(decode::<u128>(7), Ok(7));
    assert_eq!(refused::<NonZeroU8>(0), "0 does not fit into a nonzero u8");
}

#[test]
fn a_float_is_no_integer_but_an_exact_integer_is_a_float() {
    assert_eq!(refused::<u8>(40.0), "expected u8, found 40.0");
    assert_eq!(decode::<f64>(40), Ok(40.0));
    assert_eq!(decode::<f64>(-40), Ok(-40.0));
    assert_eq!(refused::<f64>((1_u64 << 53) + 1), "9007199254740993 is not exact as f64");
    assert_eq!(refused::<f32>((1 << 24) + 1), "16777217 is not exact as f32");
    assert_eq!(decode::<f32>(0.1), Ok(0.1_f32));
    assert_eq!(refused::<f32>(1e300), "1e300 does not fit into f32");
    assert_eq!(decode::<f32>(f64::INFINITY), Ok(f32::INFINITY));
    assert!(Value::from(f64::NAN).decode::<f64>().unwrap().is_nan());
}

#[test]
fn kinds_are_not_confused() {
    assert_eq!(refused::<u8>("40"), "expected u8, found \"40\"");
    assert_eq!(refused::<String>(40), "expected a string, found 40");
    assert_eq!(refused::<bool>(1), "expected a boolean, found 1");
    assert_eq!(refused::<Vec<u8>>(Value::Null), "expected a sequence, found nothing");
    assert_eq!(refused::<()>(true), "expected unit, found true");
    assert_eq!(refused::<Room>(vec![Value::from(1)]), "expected struct Room, found a list");
    assert_eq!(refused::<u8>("x".repeat(100)), format!("expected u8, found {:?} and more", "x".repeat(40)));
}

#[test]
fn an_error_names_its_place() {
    let room = |level: Value| map([("name", Value::from("hall")), ("level", level)]);
    let house = map([("rooms", Value::from(vec![room(1.into()), room(2.into()), room(300.into())]))]);
    let error = decode::<House>(house).unwrap_err();
    assert_eq!(error.path(), "rooms[2].level");
    assert_eq!(error.to_string(), "300 does not fit into u8 at `rooms[2].level`");

    let shapes = map([("Tuple", Value::from(vec![Value::from(1), Value::from(2)]))]);
    assert_eq!(refused::<Shape>(shapes), "expected a string, found 2 at `Tuple[1]`");
    let keyed = map([("a b", Value::from("x"))]);
    assert_eq!(refused::<HashMap<String, u8>>(keyed), "expected u8, found \"x\" at `[\"a b\"]`");
}

#[test]
fn fields_must_be_known_single_and_present() {
    let name = ("name", Value::from("hall"));
    let level = ("level", Value::from(1));
    assert_eq!(refused::<Room>(map([name.clone()])), "missing field `level`");
    assert_eq!(refused::<Room>(map([level.clone(), level.clone()])), "duplicate field `level`");
    assert_eq!(
        refused::<Room>(map([name.clone(), ("levle", Value::from(1))])),
        "unknown field `levle`; did you mean `level`?"
    );
    let inside = map([("rooms", Value::from(vec![map([level, name, ("window", Value::Null)])]))]);
    assert_eq!(
        refused::<House>(inside),
        "unknown field `window`; known are `name`, `level`, `seen` at `rooms[0]`"
    );
}

#[test]
fn enums_take_the_forms_of_json() {
    assert_eq!(decode::<Shape>("Unit"), Ok(Shape::Unit));
    assert_eq!(decode::<Shape>(map([("Unit", Value::Null)])), Ok(Shape::Unit));
    assert_eq!(refused::<Shape>("Unti"), "unknown variant `Unti`; did you mean `Unit`?");
    assert_eq!(refused::<Shape>("New"), "expected a variant with one value, found a variant without content");
    assert_eq!(
        refused::<Shape>(map([("New", 1.into()), ("Unit", 1.into())])),
        "expected a map with one variant, found 2 of them"
    );
    assert_eq!(refused::<Shape>(5), "expected enum Shape, found 5");
}

#[test]
fn a_list_must_have_the_length_of_its_tuple() {
    let three = || Value::from(vec![Value::from(1), Value::from(2), Value::from(3)]);
    assert_eq!(decode::<(u8, u8, u8)>(three()), Ok((1, 2, 3)));
    assert_eq!(refused::<(u8, u8)>(three()), "expected a list of 2, found 3 of them");
    assert_eq!(refused::<(u8, u8, u8, u8)>(three()), "expected a tuple of size 4, found 3 of them");
}

#[test]
fn bytes_and_lists_of_small_numbers_stand_for_each_other() {
    assert_eq!(decode::<Vec<u8>>(vec![1_u8, 2]), Ok(vec![1, 2]));
    assert_eq!(decode::<[u8; 2]>(vec![1_u8, 2]), Ok([1, 2]));
    assert_eq!(decode::<Value>(vec![1_u8, 2]), Ok(Value::Bytes(vec![1, 2])));
    assert_eq!(Value::from(vec![1_u8, 2]).decode_ref::<&[u8]>().unwrap(), [1, 2]);
}

#[test]
fn keys_are_read_from_their_text() {
    assert_eq!(decode::<BTreeMap<i8, u8>>(map([("-3", 1.into())])), Ok(BTreeMap::from([(-3, 1)])));
    assert_eq!(
        decode::<BTreeMap<u64, u8>>(map([("18446744073709551615", 1.into())])),
        Ok(BTreeMap::from([(u64::MAX, 1)]))
    );
    assert_eq!(decode::<BTreeMap<bool, u8>>(map([("true", 1.into())])), Ok(BTreeMap::from([(true, 1)])));
    assert_eq!(
        decode::<BTreeMap<Shape, u8>>(map([("Unit", 1.into())])),
        Ok(BTreeMap::from([(Shape::Unit, 1)]))
    );
    assert_eq!(refused::<BTreeMap<u8, u8>>(map([("300", 1.into())])), "300 does not fit into u8");
    assert_eq!(refused::<BTreeMap<u8, u8>>(map([("x", 1.into())])), "expected u8, found \"x\"");
}

#[test]
fn texts_can_be_borrowed() {
    let value = map([("name", Value::from("hall".to_owned()))]);
    let borrowed: BTreeMap<&str, &str> = value.decode_ref().unwrap();
    assert_eq!(borrowed, BTreeMap::from([("name", "hall")]));
}

#[test]
fn depth_is_limited() {
    let nested = |levels| (0..levels).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    assert!(decode::<Value>(nested(127)).is_ok());
    let error = decode::<Value>(nested(128)).unwrap_err();
    assert_eq!(error.problem(), &DecodeProblem::TooDeep);
    assert!(decode::<serde::de::IgnoredAny>(nested(1000)).is_ok(), "what is skipped is not descended into");
}

pub(in crate::value) fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<Vec<u8>>().prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..5)
                .prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

fn any_shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Unit),
        any::<u8>().prop_map(Shape::New),
        any::<(i64, String)>().prop_map(|(number, text)| Shape::Tuple(number, text)),
        any::<u8>().prop_map(|level| Shape::Struct { level }),
    ]
}

fn any_everything() -> impl Strategy<Value = Everything> {
    let scalars = any::<(bool, i8, u64, i64, f64, f32, char, String)>();
    let maps = (
        any::<BTreeMap<i32, String>>(),
        any::<BTreeMap<bool, u8>>(),
        prop::collection::btree_map(any::<char>(), any_shape(), 0..4),
    );
    let rest = (any::<(u8, String)>(), prop::collection::vec(any_shape(), 0..4), any_value());
    let flat =
        (scalars, maps, rest).prop_map(|(scalars, (by_number, by_truth, by_shape), (pair, shapes, any))| {
            let (truth, small, large, wide, float, single, letter, text) = scalars;
            let wide = i128::from(wide);
            let (maybe, unit) = (None, ());
            Everything {
                truth,
                small,
                large,
                wide,
                float,
                single,
                letter,
                text,
                maybe,
                pair,
                unit,
                shapes,
                by_number,
                by_truth,
                by_shape,
                any,
            }
        });
    let flat = flat.boxed();
    (flat.clone(), proptest::option::of(flat))
        .prop_map(|(outer, inner)| Everything { maybe: inner.map(Box::new), ..outer })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_encoded_is_decoded_to_the_same(before in any_everything()) {
        let value = encode(&before).unwrap();
        prop_assert_eq!(&value.decode_ref::<Everything>().unwrap(), &before);
        prop_assert_eq!(value.decode::<Everything>().unwrap(), before);
    }

    #[test]
    fn a_value_decodes_to_itself(value in any_value()) {
        prop_assert_eq!(&encode(&value).unwrap(), &value);
        prop_assert_eq!(decode::<Value>(value.clone()).unwrap(), value);
    }
}
