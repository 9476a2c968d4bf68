//! Events: who sends them, who hears them, what they carry.

use looselycoupled::EventShape;
use looselycoupled::description::{EmittedBy, EventDescription, HeardBy};

use super::house::{described, house};

fn emitters(event: &EventDescription) -> Vec<(&str, EmittedBy)> {
    event.emitters.iter().map(|known| (&*known.module, known.by)).collect()
}

fn listeners(event: &EventDescription) -> Vec<(&str, &str, HeardBy, Option<&str>)> {
    let told = event.listeners.iter();
    told.map(|known| (&*known.module, &*known.method, known.by, known.from.as_deref())).collect()
}

#[looselycoupled::test]
async fn all_events_are_known_that_somebody_names() {
    let description = described().await;
    let names: Vec<&str> = description.events.iter().map(|event| &*event.name).collect();
    let expected = ["alarm", "door.opened", "exception", "lamp.broken", "level_changed", "motion", "tick"];
    assert_eq!(names, expected);
    let own = description.events.iter().filter(|event| event.own).map(|event| &*event.name);
    assert_eq!(own.collect::<Vec<_>>(), ["exception"]);
}

#[looselycoupled::test]
async fn an_event_is_told_with_who_sends_and_who_hears_it() {
    let description = described().await;
    let changed = description.event("level_changed").unwrap();
    let declared = EmittedBy::Declaration;
    assert_eq!(emitters(changed), [("hall_lamp", declared), ("attic_lamp", declared)]);
    let expected = [
        ("diary", "on_level_changed", HeardBy::Name, None),
        ("diary", "note", HeardBy::Connection, Some("hall_lamp")),
    ];
    assert_eq!(listeners(changed), expected);
    let broken = description.event("lamp.broken").unwrap();
    assert_eq!(listeners(broken), [("diary", "of_lamps", HeardBy::Pattern, None)]);
    let alarm = description.event("alarm").unwrap();
    assert_eq!((emitters(alarm), listeners(alarm)), (vec![("diary", EmittedBy::Forward)], vec![]));
}

#[looselycoupled::test]
async fn connections_come_and_go_with_the_application() {
    let app = house().await;
    let handle = app.handle();
    handle.connect("shelf/filled", "diary.note").unwrap();
    let description = handle.describe();
    let filled = description.event("filled").unwrap();
    assert_eq!(emitters(filled), [("shelf", EmittedBy::Connection)]);
    let ends = description.connections.iter().map(|wire| (&*wire.from, &*wire.to));
    let expected = [
        ("hall_lamp/level_changed", "diary.note"),
        ("hall_lamp/lamp.broken", "diary/alarm"),
        ("shelf/filled", "diary.note"),
    ];
    assert_eq!(ends.collect::<Vec<_>>(), expected);
    handle.disconnect("*", "*").unwrap();
    let description = handle.describe();
    assert!(description.connections.is_empty() && description.event("filled").is_none());
    app.shutdown().await.unwrap();
}

#[looselycoupled::test]
async fn the_fields_of_an_event_are_those_of_who_knows_best() {
    let description = described().await;
    let fields = |name: &str| -> Vec<(&str, &str)> {
        let fields = &description.event(name).unwrap().fields;
        fields.iter().map(|field| (&*field.name, &*field.type_name)).collect()
    };
    assert_eq!(fields("motion"), [("room", "String"), ("strength", "u8")]);
    assert_eq!(fields("level_changed"), [("lamp", "String"), ("level", "u8")]);
    assert_eq!(fields("tick"), [("number", "u64"), ("colour", "Option<Colour>")]);
    assert!(fields("alarm").is_empty());
    let motion = description.event("motion").unwrap().event_type.as_ref().unwrap();
    assert_eq!((&*motion.type_name, motion.shape), ("Motion", EventShape::Struct));
    assert_eq!(motion.documentation, "Somebody moved.");
    assert!(description.event("tick").unwrap().event_type.is_none());
}
