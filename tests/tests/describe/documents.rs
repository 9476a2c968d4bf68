//! Documents for machines: JSON Schema, OpenAPI, AsyncAPI.
//!
//! There is no validator of OpenAPI or AsyncAPI that brings its rules along, so what they ask for is asked for here.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::house::described;

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// Everything that a document refers to.
fn references<'a>(value: &'a Json, found: &mut Vec<&'a str>) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| references(item, found)),
        Json::Object(entries) => {
            found.extend(entries.get("$ref").and_then(Json::as_str));
            entries.values().for_each(|entry| references(entry, found));
        }
        _ => {}
    }
}

/// Fails unless every reference leads somewhere within the document.
fn assert_whole(document: &Json, at_least: usize) {
    let mut found = Vec::new();
    references(document, &mut found);
    assert!(found.len() >= at_least, "{found:?}");
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn keys(value: &Json) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[looselycoupled::test]
async fn the_json_schema_is_one_and_whole() {
    let document = json(&described().await.to_json_schema());
    assert!(jsonschema::meta::is_valid(&document));
    assert_whole(&document, 8);
    let defined: BTreeSet<&str> = keys(&document["$defs"]).into_iter().collect();
    for name in ["arguments.hall_lamp.set_level", "result.shelf.all", "event.door.opened", "Scene"] {
        assert!(defined.contains(name), "{name} among {defined:?}");
    }
    assert!(!defined.contains("arguments.hall_lamp.measure"), "only stubs reach it");
}

#[looselycoupled::test]
async fn what_is_written_may_look_otherwise_than_what_is_read() {
    let document = json(&described().await.to_json_schema());
    let target = |pointer: &str| {
        let reference = document.pointer(pointer).unwrap().as_str().unwrap();
        document.pointer(reference.strip_prefix('#').unwrap()).unwrap()["required"].clone()
    };
    let read = target("/$defs/arguments.hall_lamp.play/properties/scene/$ref");
    let written = target("/$defs/result.hall_lamp.play/items/$ref");
    assert_eq!((read, written), (json(r#"["colour"]"#), json(r#"["colour", "inner"]"#)));
}

#[looselycoupled::test]
async fn openapi_has_a_path_for_every_task_and_event_that_can_be_reached() {
    let description = described().await.titled("House", "1.2");
    let document = json(&description.to_openapi());
    assert_eq!(
        (&document["openapi"], &document["info"]["title"]),
        (&json(r#""3.1.0""#), &json(r#""House""#))
    );
    assert_whole(&document, 20);
    let expected: BTreeSet<&str> = [
        "/api/v1/tasks/hall_lamp.set_level",
        "/api/v1/tasks/hall_lamp.play",
        "/api/v1/tasks/hall_lamp.keep",
        "/api/v1/tasks/hall_lamp.calibrate-now",
        "/api/v1/tasks/attic_lamp.set_level",
        "/api/v1/tasks/attic_lamp.play",
        "/api/v1/tasks/attic_lamp.keep",
        "/api/v1/tasks/attic_lamp.calibrate-now",
        "/api/v1/tasks/diary.note",
        "/api/v1/tasks/shelf.all",
        "/api/v1/events/alarm",
        "/api/v1/events/door.opened",
        "/api/v1/events/lamp.broken",
        "/api/v1/events/level_changed",
        "/api/v1/events/motion",
        "/api/v1/events/tick",
    ]
    .into();
    assert_eq!(keys(&document["paths"]).into_iter().collect::<BTreeSet<_>>(), expected);
}

#[looselycoupled::test]
async fn an_operation_of_openapi_says_how_it_is_called_and_what_comes_back() {
    let document = json(&described().await.to_openapi());
    let call = &document["paths"]["/api/v1/tasks/hall_lamp.set_level"]["post"];
    assert_eq!(call["summary"], "Sets the brightness in percent.");
    let arguments = &call["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(
        (&arguments["required"], &call["requestBody"]["required"]),
        (&json(r#"["level"]"#), &Json::Bool(true))
    );
    assert_eq!(call["responses"]["200"]["content"]["application/json"]["schema"]["maximum"], 255);
    assert_eq!(keys(&call["responses"]), ["200", "202", "404", "422", "500", "503", "504"]);
    let without = &document["paths"]["/api/v1/tasks/hall_lamp.calibrate-now"]["post"]["requestBody"];
    assert_eq!(without["required"], false);
    let paths = document["paths"].as_object().unwrap();
    let identifiers: BTreeSet<&str> =
        paths.values().map(|path| path["post"]["operationId"].as_str().unwrap()).collect();
    assert_eq!(identifiers.len(), paths.len(), "each operation has an identifier of its own");
}

#[looselycoupled::test]
async fn asyncapi_has_a_channel_for_every_event_and_an_operation_for_every_end() {
    let document = json(&described().await.to_asyncapi());
    assert_eq!(document["asyncapi"], "3.0.0");
    assert_whole(&document, 20);
    let of = |action: &str| -> BTreeSet<&str> {
        let operations = document["operations"].as_object().unwrap().iter();
        operations.filter(|(_, known)| known["action"] == action).map(|(name, _)| name.as_str()).collect()
    };
    let sent = [
        "send.attic_lamp.lamp.broken",
        "send.attic_lamp.level_changed",
        "send.diary.alarm",
        "send.hall_lamp.lamp.broken",
        "send.hall_lamp.level_changed",
    ];
    assert_eq!(of("send"), sent.into());
    let received = [
        "receive.diary.by_type.motion",
        "receive.diary.note.hall_lamp.level_changed",
        "receive.diary.of_lamps.lamp.-x2a-",
        "receive.diary.of_lamps.lamp.broken",
        "receive.diary.on_exception.exception",
        "receive.diary.on_level_changed.level_changed",
        "receive.diary.on_tick.tick",
        "receive.diary.opened.door.opened",
    ];
    assert_eq!(of("receive"), received.into());
    assert_eq!(document["channels"]["door.opened"]["address"], "door.opened");
    assert!(document["channels"]["lamp.-x2a-"]["address"].is_null(), "a pattern stands for many");
}

#[looselycoupled::test]
async fn asyncapi_writes_tuples_as_its_json_schema_knows_them() {
    let document = json(&described().await.to_asyncapi());
    let rgb = &document["components"]["schemas"]["Colour"]["oneOf"][1]["properties"]["rgb"];
    assert_eq!((rgb["items"].as_array().unwrap().len(), rgb.get("prefixItems")), (3, None));
}
