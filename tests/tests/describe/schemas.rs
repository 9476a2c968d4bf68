//! What schemas say is what the application does.

use jsonschema::validator_for;
use looselycoupled::prelude::*;
use schemars::JsonSchema;
use serde_json::{Value as Json, json};

use super::house::{Motion, described, house};

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// Calls of which some cannot be made.
const CALLS: [(&str, &str); 22] = [
    ("hall_lamp.set_level", r#"{ "level": 40 }"#),
    ("hall_lamp.set_level", r#"{ "level": 40, "most": 50, "least": 3, "within": 9, "note": "!" }"#),
    ("hall_lamp.set_level", r#"{ "level": 40, "within": null }"#),
    ("hall_lamp.set_level", r#"{ "level": 99, "most": 50 }"#),
    ("hall_lamp.set_level", r#"{ "level": 256 }"#),
    ("hall_lamp.set_level", r#"{ "level": -1 }"#),
    ("hall_lamp.set_level", r#"{ "level": "bright" }"#),
    ("hall_lamp.set_level", r#"{ "level": null }"#),
    ("hall_lamp.set_level", r#"{ "levl": 40 }"#),
    ("hall_lamp.set_level", r#"{ "level": 40, "lamp": "hall" }"#),
    ("hall_lamp.set_level", r#"{ "level": 40, "within": -1 }"#),
    ("hall_lamp.set_level", "{}"),
    ("hall_lamp.play", r#"{ "scene": { "colour": "warm" }, "times": {} }"#),
    (
        "hall_lamp.play",
        r#"{ "scene": { "colour": { "rgb": [1, 2, 3] }, "inner": [{ "colour": "cold" }] }, "times": { "x": [7, "warm"] } }"#,
    ),
    ("hall_lamp.play", r#"{ "scene": { "colour": { "rgb": [1, 2] } }, "times": {} }"#),
    ("hall_lamp.play", r#"{ "scene": { "colour": "warm", "inner": [{ "colour": "hot" }] }, "times": {} }"#),
    ("hall_lamp.play", r#"{ "scene": { "colour": "warm" }, "times": { "x": ["warm", 7] } }"#),
    ("hall_lamp.play", r#"{ "scene": { "colour": "warm" } }"#),
    ("hall_lamp.calibrate-now", "{}"),
    ("hall_lamp.calibrate-now", r#"{ "now": true }"#),
    ("shelf.all", r#"{ "at_least": 3 }"#),
    ("shelf.all", r#"{ "at_least": 3.5 }"#),
];

#[looselycoupled::test]
async fn arguments_are_valid_exactly_where_the_call_can_be_made() {
    let app = house().await;
    let description = app.handle().describe();
    let mut refused = 0;
    for (address, text) in CALLS {
        let schema = description.task(address).unwrap().arguments_schema();
        let is_valid = validator_for(&schema).unwrap().is_valid(&json(text));
        let arguments = Arguments::from_value(Value::from_json_text(text).unwrap()).unwrap();
        let called = app.handle().exec_task(address, arguments).await;
        let is_refused = matches!(called, Err(CallError::Argument { .. }));
        assert_eq!(is_valid, !is_refused, "{address} {text}: {called:?}");
        refused += usize::from(is_refused);
    }
    assert_eq!(refused, 14);
    app.shutdown().await.unwrap();
}

#[looselycoupled::test]
async fn results_are_valid() {
    let app = house().await;
    let description = app.handle().describe();
    for (address, text) in CALLS {
        let arguments = Arguments::from_value(Value::from_json_text(text).unwrap()).unwrap();
        let Ok(reply) = app.handle().exec_task(address, arguments).await else { continue };
        let result = json(&reply.into_value().to_json_text().unwrap());
        let validator = validator_for(&description.task(address).unwrap().result_schema).unwrap();
        assert!(validator.is_valid(&result), "{address} {result}");
        assert!(address == "shelf.all" || !validator.is_valid(&json!({ "no": "result" })), "{address}");
    }
    app.shutdown().await.unwrap();
}

#[looselycoupled::test]
async fn events_are_valid_as_they_are_sent() {
    let app = house().await;
    let description = app.handle().describe();
    let mut heard = app.handle().subscribe("**");
    app.handle().trigger(Motion { room: "hall".to_owned(), strength: 7 }).await.unwrap();
    app.handle().exec_task("hall_lamp.set_level", args! { level: 40 }).await.unwrap();
    for name in ["motion", "level_changed"] {
        let record = heard.next().await.unwrap();
        assert_eq!(record.name(), name);
        let content = json(&record.value().unwrap().to_json_text().unwrap());
        let validator = validator_for(&description.event(name).unwrap().schema).unwrap();
        assert!(validator.is_valid(&content), "{content}");
        assert!(!validator.is_valid(&json!({ "room": 3, "lamp": 3 })), "{name}");
    }
    let motion = validator_for(&description.event("motion").unwrap().schema).unwrap();
    assert!(!motion.is_valid(&json!({ "room": "hall", "strength": 10 })), "its type limits it");
    app.shutdown().await.unwrap();
}

#[looselycoupled::test]
async fn a_type_that_does_not_say_what_it_looks_like_is_open_and_named() {
    let description = described().await;
    let keep = description.task("hall_lamp.keep").unwrap();
    assert_eq!(keep.parameters[0].schema, json!({ "x-rust-type": "Secretive" }));
    assert_eq!(keep.result_schema, json!({ "x-rust-type": "Secretive" }));
    assert_eq!(description.event("door.opened").unwrap().schema, json!({ "x-rust-type": "Opened" }));
    let measure = description.task("hall_lamp.measure").unwrap();
    assert_eq!(measure.parameters[0].schema, json!({ "x-rust-type": "std::time::Instant" }));
    // Types that depend on those of a generic module are not asked.
    let all = description.task("shelf.all").unwrap();
    assert_eq!(all.result_schema, json!({ "x-rust-type": "Vec<T>" }));
    assert_eq!(all.parameters[0].schema["type"], "integer");
    assert_eq!(description.event("alarm").unwrap().schema, json!({}), "nobody says anything of it");
}

#[looselycoupled::test]
async fn a_default_that_is_json_is_told_as_such() {
    let schema = described().await.task("hall_lamp.set_level").unwrap().arguments_schema();
    let property = |name: &str| &schema["properties"][name];
    assert_eq!(property("most")["default"], 100);
    assert!(property("within").as_object().unwrap()["default"].is_null());
    assert_eq!(property("least")["x-rust-default"], "u8::MIN");
    assert_eq!(property("note")["x-rust-default"], "Default::default()");
    assert!(property("level").get("default").is_none());
}

mod front {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
    pub struct Mode {
        pub speed: u8,
    }
}

mod back {
    use super::*;

    /// Looks like that of `front` from outside.
    #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
    #[schemars(rename = "Mode")]
    pub struct Mode {
        pub quiet: bool,
    }
}

#[derive(Debug, Clone, Default)]
struct Fan;

#[module]
impl Fan {
    #[task]
    fn front(&self, mode: front::Mode) -> front::Mode {
        mode
    }

    #[task]
    fn back(&self, modes: Vec<back::Mode>) -> usize {
        modes.len()
    }
}

#[looselycoupled::test]
async fn types_of_one_name_are_kept_apart() {
    let app = App::builder().partial().module("fan", Fan).start().await.unwrap();
    let document = json(&app.handle().describe().to_json_schema());
    let within = |name: &str| json!({ "$ref": format!("#/$defs/{name}"), "$defs": document["$defs"] });
    let front = validator_for(&within("arguments.fan.front")).unwrap();
    let back = validator_for(&within("arguments.fan.back")).unwrap();
    assert!(front.is_valid(&json!({ "mode": { "speed": 3 } })));
    assert!(!front.is_valid(&json!({ "mode": { "quiet": true } })));
    assert!(back.is_valid(&json!({ "modes": [{ "quiet": true }] })));
    assert!(!back.is_valid(&json!({ "modes": [{ "speed": 3 }] })));
    let types = document["$defs"].as_object().unwrap().keys().filter(|name| !name.contains('.'));
    assert_eq!(types.collect::<Vec<_>>(), ["Mode", "Mode2"], "read and written alike, so once each");
    app.shutdown().await.unwrap();
}
