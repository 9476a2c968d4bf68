//! How the value of an event reaches handlers of every kind.

use looselycoupled::prelude::*;
use looselycoupled::{Arguments, EventError, EventShape};
use looselycoupled_tests::{Journal, Witness, balanced, settle};

use super::{Degrees, DoorMoved, Reading, Tick, Typed, listening, motion};

/// Listens in every way by name.
#[derive(Debug, Clone, Default)]
struct ByName(Journal);

#[module]
impl ByName {
    #[on_event]
    async fn on_motion(&mut self, strength: u8) {
        self.0.note(format!("strength {strength}"));
    }

    #[on_event("meter.read")]
    fn read(&mut self) {
        self.0.note("meter read");
    }

    #[on_event]
    fn on_tick(&mut self, hour: Option<u8>, #[default(7)] minute: u8) {
        self.0.note(format!("tick {hour:?} {minute}"));
    }

    #[on_event]
    #[allow(non_snake_case, reason = "the variant's name")]
    fn on_door_moved(&mut self, Opened: Option<()>, Closed: Option<u8>, by: Option<String>) {
        let _opened = Opened;
        self.0.note(format!("{Closed:?} {by:?}"));
    }
}

/// Listens to patterns and shows parts of what it hears.
#[derive(Debug, Clone, Default)]
struct Watcher(Journal);

#[module]
impl Watcher {
    #[on_event("meter.*")]
    fn meter(&mut self, event: &EventRecord) -> Result<()> {
        let (which, value): (String, f64) = (event.field("0")?, event.field("1")?);
        self.0.note(format!("{} {which} {value} {:?}", event.name(), event.shape()));
        Ok(())
    }

    #[on_event("degree*")]
    fn degrees(&mut self, event: &EventRecord) -> Result<()> {
        self.0.note(format!("{} {}", event.name(), event.field::<i32>("0")?));
        Ok(())
    }

    #[on_event("door_**")]
    fn door(&mut self, event: &EventRecord) -> Result<()> {
        let opened = event.field::<()>("Opened").is_ok();
        let closed = event.field_or("Closed", || 0_u8)?;
        let by = event.field_or("by", || "nobody".to_owned()).unwrap_or_else(|_| "nobody".to_owned());
        self.0.note(format!("{opened} {closed} {by}"));
        Ok(())
    }
}

#[tokio::test]
async fn a_typed_event_reaches_typed_handlers_whole() {
    let typed = Typed::default();
    let (app, handle) = listening(typed.clone()).await;
    assert_eq!(handle.trigger(motion("hall", 3)).await.unwrap(), 1);
    handle.trigger(Reading("gas".to_owned(), 1.5)).await.unwrap();
    handle.trigger(Degrees(-4)).await.unwrap();
    handle.trigger(Tick).await.unwrap();
    handle.trigger(DoorMoved::Stuck { by: "cat".to_owned() }).await.unwrap();
    settle(&app).await;
    assert_eq!(
        typed.0.lines(),
        ["listener saw hall 3", "read gas 1.5", "-4 degrees", "tick", r#"Stuck { by: "cat" }"#]
    );
    balanced(&handle);
}

#[tokio::test]
async fn a_typed_event_reaches_handlers_by_name_with_the_fields_that_they_name() {
    let by_name = ByName::default();
    let (app, handle) = listening(by_name.clone()).await;
    handle.trigger(motion("hall", 3)).await.unwrap();
    handle.trigger(Reading("gas".to_owned(), 1.5)).await.unwrap();
    handle.trigger(Tick).await.unwrap();
    settle(&app).await;
    assert_eq!(by_name.0.lines(), ["strength 3", "meter read", "tick None 7"]);
}

#[tokio::test]
async fn a_tuple_event_offers_its_places_by_number() {
    let watcher = Watcher::default();
    let (app, handle) = listening(watcher.clone()).await;
    handle.trigger(Reading("gas".to_owned(), 1.5)).await.unwrap();
    handle.trigger(Degrees(21)).await.unwrap();
    settle(&app).await;
    assert_eq!(watcher.0.lines(), ["meter.read gas 1.5 Tuple", "degrees 21"]);
    assert_eq!(<Reading as Event>::INFO.shape, EventShape::Tuple);
}

#[tokio::test]
async fn an_enum_event_offers_the_name_of_its_variant_and_the_variants_fields() {
    let (by_name, watcher) = (ByName::default(), Watcher::default());
    let app = App::builder()
        .module("by_name", by_name.clone())
        .module("watcher", watcher.clone())
        .start()
        .await
        .unwrap();
    for door in [DoorMoved::Opened, DoorMoved::Closed(3), DoorMoved::Stuck { by: "cat".to_owned() }] {
        assert_eq!(app.handle().trigger(door).await.unwrap(), 2);
    }
    settle(&app).await;
    assert_eq!(by_name.0.lines(), ["None None", "Some(3) None", r#"None Some("cat")"#]);
    assert_eq!(watcher.0.lines(), ["true 0 nobody", "false 3 nobody", "false 0 cat"]);
}

#[tokio::test]
async fn an_event_by_name_reaches_typed_handlers() {
    let typed = Typed::default();
    let (app, handle) = listening(typed.clone()).await;
    handle.trigger_event("motion", args! { strength: 4, room: "attic" }).await.unwrap();
    let reading = Arguments::new().with("0", "gas").with("1", &2.5);
    handle.trigger_event("meter.read", reading).await.unwrap();
    handle.trigger_event("degrees", Arguments::new().with("0", &21)).await.unwrap();
    handle.trigger_event("tick", args! {}).await.unwrap();
    handle.trigger_event("door_moved", args! { Closed: 9 }).await.unwrap();
    handle.trigger_event("door_moved", args! { Opened: () }).await.unwrap();
    settle(&app).await;
    let expected = ["listener saw attic 4", "read gas 2.5", "21 degrees", "tick", "Closed(9)", "Opened"];
    assert_eq!(typed.0.lines(), expected);
}

#[tokio::test]
async fn handlers_by_name_take_what_they_name_and_ignore_the_rest() {
    let by_name = ByName::default();
    let (app, handle) = listening(by_name.clone()).await;
    let extra = args! { strength: 5, colour: "red" };
    assert_eq!(handle.trigger_event("motion", extra).await.unwrap(), 1);
    handle.trigger_event("tick", args! { hour: 3, minute: 4, second: 5 }).await.unwrap();
    settle(&app).await;
    assert_eq!(by_name.0.lines(), ["strength 5", "tick Some(3) 4"]);
}

mod elsewhere {
    use looselycoupled::prelude::*;

    #[event]
    #[derive(Debug, Serialize, Deserialize)]
    pub(super) struct Motion {
        pub(super) speed: f32,
    }

    #[derive(Debug, Default)]
    pub(super) struct Other;

    #[module]
    impl Other {
        #[on_event(Motion)]
        fn hear(&mut self, motion: &Motion) {
            let _speed = motion.speed;
        }
    }
}

#[tokio::test]
async fn one_name_carries_one_type() {
    let typed = Typed::default();
    let (app, handle) = listening(typed.clone()).await;
    let error = handle.trigger(elsewhere::Motion { speed: 1.0 }).await.unwrap_err();
    let fits = matches!(&error, Error::Event { name, cause } if &**name == "motion"
        && matches!(**cause, EventError::Type { .. }));
    assert!(fits, "{error:?}");
    settle(&app).await;
    assert!(typed.0.lines().is_empty());
}

#[tokio::test]
async fn two_types_under_one_name_are_a_fault_at_the_start() {
    let builder = App::builder().module("one", Typed::default()).module("two", elsewhere::Other);
    let error = builder.start().await.unwrap_err().to_string();
    assert!(error.contains("two types carry the event name `motion`"), "{error}");
    assert_eq!(error.matches("tests/events/").count(), 2, "both places are named: {error}");
}

#[tokio::test]
async fn a_missing_field_fails_visibly() {
    let (by_name, witness) = (ByName::default(), Witness::default());
    let app = App::builder()
        .module("by_name", by_name.clone())
        .module("witness", witness.clone())
        .start()
        .await
        .unwrap();
    app.handle().trigger_event("motion", args! { room: "hall" }).await.unwrap();
    app.handle().trigger_event("motion", args! { strength: "strong" }).await.unwrap();
    settle(&app).await;
    assert!(by_name.0.lines().is_empty(), "no default stands in");
    let told = witness.0.lines();
    assert_eq!(told.len(), 2, "{told:?}");
    let prefix = "by_name.on_motion: event `motion` from outside does not fit `by_name.on_motion`: ";
    assert_eq!(told[0], format!("{prefix}missing field `strength` of type `u8`"));
    assert_eq!(
        told[1],
        format!("{prefix}invalid field `strength` of type `u8`: expected u8, found \"strong\"")
    );
    assert_eq!(app.handle().statistics().module("by_name").unwrap().failed, 2);
}

#[tokio::test]
async fn an_event_that_does_not_fit_one_handler_reaches_the_others() {
    let (typed, by_name, witness) = (Typed::default(), ByName::default(), Witness::default());
    let app = App::builder()
        .module("typed", typed.clone())
        .module("by_name", by_name.clone())
        .module("witness", witness.clone())
        .start()
        .await
        .unwrap();
    app.handle().trigger_event("motion", args! { strength: 3 }).await.unwrap();
    settle(&app).await;
    assert!(typed.0.lines().is_empty());
    assert_eq!(by_name.0.lines(), ["strength 3"]);
    let told = witness.0.lines();
    assert_eq!(
        told,
        [
            "typed.moved: event `motion` from outside does not fit `typed.moved`, which wants `Motion`: missing field `room` \
         of type `String`"
        ]
    );
}

/// Sends what nobody can take.
#[derive(Debug, Clone, Default)]
struct Careless;

#[module]
impl Careless {
    #[task]
    async fn send(&self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("motion", args! { room: 5, strength: 3 }).await?;
        ctx.trigger_event("meter.read", Arguments::new().with("0", "hall")).await?;
        Ok(())
    }
}

#[tokio::test]
async fn what_does_not_fit_a_typed_handler_is_told_with_source_handler_field_and_type() {
    let witness = Witness::default();
    let app = App::builder()
        .module("careless", Careless)
        .module("typed", Typed::default())
        .module("witness", witness.clone())
        .start()
        .await
        .unwrap();
    app.handle().exec_task("careless.send", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(
        witness.0.lines(),
        [
            "typed.moved: event `motion` from `careless` does not fit `typed.moved`, which wants `Motion`: invalid field \
         `room` of type `String`: expected a string, found 5",
            "typed.read: event `meter.read` from `careless` does not fit `typed.read`, which wants `Reading`: missing field `1` \
         of type `f64`",
        ]
    );
}
