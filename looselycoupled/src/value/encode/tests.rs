use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::Serialize;

use super::*;

#[derive(Serialize)]
struct Room {
    name: &'static str,
    levels: (i8, u8),
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Unit,
    New(u8),
    Tuple(u8, u8),
    Struct { level: u8 },
}

#[derive(Serialize)]
struct Deep(Vec<Self>);

fn deep(levels: usize) -> Deep {
    (0..levels).fold(Deep(Vec::new()), |inner, _| Deep(vec![inner]))
}

fn shown<T: Serialize + ?Sized>(value: &T) -> String {
    encode(value).unwrap().to_string()
}

fn refused<T: Serialize + ?Sized>(value: &T) -> String {
    encode(value).unwrap_err().to_string()
}

#[test]
fn integers_and_floats_keep_all_their_bits() {
    assert_eq!(encode(&u64::MAX).unwrap(), Value::Unsigned(u64::MAX));
    assert_eq!(encode(&i64::MIN).unwrap(), Value::Signed(i64::MIN));
    assert_eq!(encode(&i128::from(i64::MIN)).unwrap(), Value::Signed(i64::MIN));
    assert_eq!(encode(&u128::from(u64::MAX)).unwrap(), Value::Unsigned(u64::MAX));
    assert!(matches!(encode(&f64::NAN).unwrap(), Value::Float(number) if number.is_nan()));
}

#[test]
fn an_integer_beyond_64_bits_is_refused() {
    assert_eq!(refused(&u128::MAX), format!("{} does not fit into 64 bits", u128::MAX));
    assert_eq!(refused(&i128::MIN), format!("{} does not fit into 64 bits", i128::MIN));
}

#[test]
fn structs_become_maps_and_tuples_become_lists() {
    assert_eq!(shown(&Room { name: "hall", levels: (-1, 2) }), r#"{"name":"hall","levels":[-1,2]}"#);
    assert_eq!(shown(&Ipv4Addr::LOCALHOST), r#""127.0.0.1""#);
}

#[test]
fn enums_look_as_in_json() {
    assert_eq!(shown(&Shape::Unit), r#""Unit""#);
    assert_eq!(shown(&Shape::New(1)), r#"{"New":1}"#);
    assert_eq!(shown(&Shape::Tuple(1, 2)), r#"{"Tuple":[1,2]}"#);
    assert_eq!(shown(&Shape::Struct { level: 3 }), r#"{"Struct":{"level":3}}"#);
}

#[test]
fn keys_that_have_a_text_become_it() {
    assert_eq!(shown(&BTreeMap::from([(-3, 'a')])), r#"{"-3":"a"}"#);
    assert_eq!(shown(&BTreeMap::from([(true, 'a')])), r#"{"true":"a"}"#);
    assert_eq!(shown(&BTreeMap::from([('x', 'a')])), r#"{"x":"a"}"#);
    assert_eq!(shown(&BTreeMap::from([(Shape::Unit, 'a')])), r#"{"Unit":"a"}"#);
}

#[test]
fn other_keys_are_refused() {
    assert_eq!(refused(&BTreeMap::from([((1, 2), 'a')])), "a tuple cannot be the key of a map");
    assert_eq!(
        refused(&BTreeMap::from([(Shape::New(1), 'a')])),
        "an enum with content cannot be the key of a map"
    );
    assert_eq!(refused(&BTreeMap::from([(None::<u8>, 'a')])), "nothing cannot be the key of a map");
}

#[test]
fn an_error_names_its_place() {
    let rooms = BTreeMap::from([("rooms", vec![1, u128::MAX])]);
    let error = encode(&rooms).unwrap_err();
    assert_eq!(error.path(), "rooms[1]");
    assert!(error.to_string().ends_with("does not fit into 64 bits at `rooms[1]`"), "{error}");
    assert!(matches!(error.problem(), EncodeProblem::OutOfRange { .. }));
}

#[test]
fn depth_is_limited() {
    assert!(encode(&deep(126)).is_ok());
    let error = encode(&deep(127)).unwrap_err();
    assert_eq!(error.problem(), &EncodeProblem::TooDeep);
}

#[test]
fn a_value_encodes_as_itself() {
    let value: Value = [("bytes", Value::from(vec![1_u8, 2])), ("list", Value::from(vec![Value::from(1)]))]
        .into_iter()
        .collect();
    assert_eq!(encode(&value).unwrap(), value);
}
