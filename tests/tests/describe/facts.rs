//! Modules and tasks as they are told.

use std::fs;
use std::sync::{Arc, Mutex};

use looselycoupled::Phase;
use looselycoupled::description::{BodyKind, Description, HeardBy};
use looselycoupled::prelude::*;

use super::house::{described, house};

#[looselycoupled::test]
async fn modules_are_told_in_the_order_of_their_start() {
    let description = described().await;
    let told =
        description.modules.iter().map(|module| (&*module.name, &*module.type_name, &*module.event_loop));
    let expected = [
        ("hall_lamp", "Lamp", "hall_lamp"),
        ("diary", "Diary", "attic"),
        ("shelf", "Shelf", "shelf"),
        ("attic_lamp", "Lamp", "attic"),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let concurrent = description.modules.iter().filter(|module| module.concurrent);
    assert_eq!(concurrent.map(|module| &*module.name).collect::<Vec<_>>(), ["shelf"]);
    let lamp = description.module("hall_lamp").unwrap();
    assert_eq!(lamp.documentation, "A lamp that can be dimmed.");
    assert_eq!(lamp.emits, ["level_changed", "lamp.broken"]);
    assert_eq!(lamp.config.as_ref().unwrap().type_name, "describe::house::LampConfig");
    assert!(description.module("lamp").is_none());
}

#[looselycoupled::test]
async fn the_policy_of_each_module_is_told_wherever_it_was_stated() {
    let description = described().await;
    let policy = |name: &str| description.module(name).unwrap().policy;
    assert_eq!(policy("hall_lamp"), Policy::Report);
    assert_eq!(policy("diary"), Policy::Exit);
    let restart = Restart::default().budget(2, Duration::from_secs(60));
    assert_eq!(policy("attic_lamp"), Policy::Restart(restart));
}

#[looselycoupled::test]
async fn a_task_is_told_as_it_stands_in_the_source() {
    let description = described().await;
    let task = description.task("hall_lamp.set_level").unwrap();
    assert_eq!(task.documentation, "Sets the brightness in percent.\n\nGives the one before.");
    let told = task.parameters.iter();
    let told = told.map(|known| (&*known.name, &*known.type_name, known.required, known.default.as_deref()));
    let expected = [
        ("level", "u8", true, None),
        ("most", "u8", false, Some("100")),
        ("least", "u8", false, Some("u8::MIN")),
        ("within", "Option<u32>", false, Some("None")),
        ("note", "String", false, Some("Default::default()")),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!((&*task.result, task.error.as_deref()), ("u8", Some("describe::house::TooBright")));
    assert_eq!((task.kind, task.timeout, task.local), (BodyKind::Async, Some(Duration::from_secs(2)), false));
    let calibrate = description.task("hall_lamp.calibrate-now").unwrap();
    assert_eq!((calibrate.kind, &*calibrate.result, &calibrate.error), (BodyKind::Blocking, "()", &None));
    let measure = description.task("hall_lamp.measure").unwrap();
    assert_eq!((measure.kind, measure.local), (BodyKind::Plain, true));
}

#[looselycoupled::test]
async fn everything_is_found_at_its_place_in_the_source() {
    let description = described().await;
    let text = fs::read_to_string(format!("{}/tests/describe/house.rs", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let line = |number: u32| text.lines().nth(number as usize - 1).unwrap().trim();
    for module in &description.modules {
        assert!(line(module.location.line).starts_with("impl"), "{}", module.location);
        for task in &module.tasks {
            assert!(line(task.location.line).contains("fn "), "{}", task.location);
        }
        for handler in &module.handlers {
            let declared = format!("fn {}(", handler.method);
            assert!(line(handler.location.line).starts_with(&declared), "{}", handler.location);
        }
    }
    let motion = description.event("motion").unwrap().event_type.as_ref().unwrap();
    assert_eq!(line(motion.location.line), "pub struct Motion {");
}

#[looselycoupled::test]
async fn handlers_are_told_with_what_they_hear() {
    let description = described().await;
    let handlers = &description.module("diary").unwrap().handlers;
    let told = handlers.iter().map(|handler| (&*handler.method, &*handler.hears, handler.by));
    let expected = [
        ("by_type", "motion", HeardBy::Type),
        ("opened", "door.opened", HeardBy::Type),
        ("on_level_changed", "level_changed", HeardBy::Name),
        ("on_tick", "tick", HeardBy::Name),
        ("of_lamps", "lamp.*", HeardBy::Pattern),
        ("on_exception", "exception", HeardBy::Name),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let fields = handlers[3].fields.iter().map(|field| (&*field.name, field.required));
    assert_eq!(fields.collect::<Vec<_>>(), [("number", true), ("colour", false)]);
    assert_eq!(handlers[0].documentation, "Writes down who moved.");
}

/// Looks at itself from within.
#[derive(Debug, Clone, Default)]
struct Mirror(Arc<Mutex<Vec<Phase>>>);

impl Mirror {
    fn look(&self, handle: &Handle) {
        let phase = handle.describe().module("mirror").unwrap().phase;
        self.0.lock().unwrap().push(phase);
    }
}

#[module]
impl Mirror {
    #[initialize]
    fn start(&mut self, ctx: &Context) {
        self.look(ctx);
    }

    #[task]
    fn look_up(&self, ctx: &Context) {
        self.look(ctx);
    }

    #[finalize]
    fn end(&mut self, ctx: &Context) {
        self.look(ctx);
    }
}

#[looselycoupled::test]
async fn a_description_is_a_picture_of_its_moment() {
    let mirror = Mirror::default();
    let seen = Arc::clone(&mirror.0);
    let app = App::builder().module("mirror", mirror).start().await.unwrap();
    let handle = app.handle();
    handle.stub::<MirrorStub>("mirror").unwrap().look_up().await.unwrap();
    app.shutdown().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [Phase::Inactive, Phase::Active, Phase::Passive]);
    assert_eq!(handle.describe().modules[0].phase, Phase::Inactive);
}

#[looselycoupled::test]
async fn no_value_of_the_configuration_is_in_it() {
    let file = super::house::FILE.replace("max_level: 80", "max_level: 83, fade: 0ns");
    let config = looselycoupled::config::Config::parse(&file, "config.yaml").unwrap();
    let app = super::house::built(config).await;
    let description = app.handle().describe();
    for document in documents(&description) {
        assert!(!document.contains("83") && !document.contains("0ns"), "{document}");
    }
    app.shutdown().await.unwrap();
}

#[looselycoupled::test]
async fn what_is_written_as_json_is_read_again() {
    let description = described().await;
    let read: Description = serde_json::from_str(&description.to_json()).unwrap();
    assert_eq!(read, description);
}

#[looselycoupled::test]
async fn the_same_application_gives_the_same_documents() {
    let (first, second) = (house().await, house().await);
    let one = documents(&first.handle().describe());
    assert_eq!(one, documents(&first.handle().describe()));
    assert_eq!(one, documents(&second.handle().describe()));
    first.shutdown().await.unwrap();
    second.shutdown().await.unwrap();
}

fn documents(description: &Description) -> [String; 7] {
    [
        description.to_json(),
        description.to_json_schema(),
        description.to_config_schema(),
        description.to_openapi(),
        description.to_asyncapi(),
        description.to_markdown(),
        description.to_mermaid(),
    ]
}
