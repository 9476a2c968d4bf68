use std::cell::Cell;

use serde::Serialize;
use serde::ser::{Error, Serializer};

use super::*;

/// A type whose `Serialize` always fails.
struct Broken;

impl Serialize for Broken {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("out of order"))
    }
}

#[test]
fn arguments_keep_their_order_and_can_be_found() {
    let arguments = args! { level: 40, lamp: "hall" };
    assert_eq!(arguments.len(), 2);
    assert_eq!(arguments.names().collect::<Vec<_>>(), ["level", "lamp"]);
    assert_eq!(arguments.get("lamp"), Some(&Value::from("hall")));
    assert_eq!(arguments.get("door"), None);
    assert_eq!(arguments.iter().next(), Some(("level", &Value::from(40))));
}

#[test]
fn all_forms_of_the_macro_mean_the_same() {
    let level = 40;
    let expected = Arguments::new().with("level", &40).with("type", "lamp");
    assert_eq!(args! { level: 40, type: "lamp" }, expected);
    assert_eq!(args! { level, r#type: "lamp" }, expected);
    assert_eq!(args! { level: level, r#type: { "lamp" }, }, expected);
    assert_eq!(args! {}, Arguments::new());
}

#[test]
fn values_are_only_borrowed() {
    let name = String::from("hall");
    let count = Cell::new(0);
    let next = || count.replace(count.get() + 1);
    let arguments = args! { name, first: next(), second: next() };
    assert_eq!(arguments.to_string(), r#"name: "hall", first: 0, second: 1"#);
    assert_eq!(name, "hall");
}

#[test]
fn a_local_variable_called_arguments_is_not_shadowed() {
    let arguments = 5;
    assert_eq!(args! { level: arguments, arguments }.to_string(), "level: 5, arguments: 5");
}

#[test]
fn the_first_value_that_cannot_be_serialised_is_carried_along() {
    let arguments = args! { level: 1, broken: Broken, level: 2, ok: 3 };
    let error = arguments.error().unwrap();
    assert_eq!(error.to_string(), "argument `broken` cannot be serialised: out of order");
    assert_eq!(
        arguments.into_value().unwrap_err().to_string(),
        "argument `broken` cannot be serialised: out of order"
    );
}

#[test]
fn a_name_given_twice_is_an_error_and_not_the_last_one() {
    let arguments = args! { level: 1, level: 2 };
    assert_eq!(arguments.error(), Some(&ArgumentError::Duplicate { name: "level".into() }));
    assert_eq!(arguments.get("level"), Some(&Value::from(1)));
}

#[test]
fn arguments_travel_as_a_map() {
    let arguments = args! { level: 40, lamp: "hall", door: 3, window: 4 };
    let value = arguments.clone().into_value().unwrap();
    assert_eq!(value.to_string(), r#"{"level":40,"lamp":"hall","door":3,"window":4}"#);
    assert_eq!(Arguments::from_value(value), Ok(arguments));
    assert_eq!(Arguments::from_value(Value::Null), Ok(args! {}));
}

#[test]
fn what_arrives_must_be_named_once_each() {
    let error = Arguments::from_value(Value::from(vec![Value::from(1)])).unwrap_err();
    assert_eq!(error.to_string(), "expected named arguments, found [1]");
    for count in [2, 100] {
        let names = (0..count).map(|index| format!("a{index}")).chain(["a1".to_owned()]);
        let twice = Arguments::from_value(names.map(|name| (name, Value::Null)).collect());
        assert_eq!(twice, Err(ArgumentError::Duplicate { name: "a1".into() }));
    }
}

#[test]
fn gathering_arguments_across_an_await_point_keeps_the_future_sendable() {
    fn sendable(_: impl Future + Send) {}
    async fn next() -> u8 {
        1
    }
    sendable(async {
        args! { first: Cell::new(1), second: next().await }
    });
}
