//! An event reaches every handler that listens, once, and in the form in which the handler wants it.

#![allow(clippy::unwrap_used, clippy::unused_self, reason = "handlers that fail fail their test")]

use looselycoupled::prelude::*;
use looselycoupled::{Arguments, EventError, EventShape};
use looselycoupled_tests::{Gate, Journal, Witness, balanced, quiet, settle, within};

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Motion {
    room: String,
    strength: u8,
}

#[event(name = "meter.read")]
#[derive(Debug, Serialize, Deserialize)]
struct Reading(String, f64);

#[event]
#[derive(Debug, Serialize, Deserialize)]
struct Degrees(i32);

#[event]
#[derive(Debug, Serialize, Deserialize)]
struct Tick;

#[event]
#[derive(Debug, Serialize, Deserialize)]
enum DoorMoved {
    Opened,
    Closed(u8),
    Stuck { by: String },
}

/// Listens in every typed way.
#[derive(Debug, Clone, Default)]
struct Typed(Journal);

#[module]
impl Typed {
    #[on_event(Motion)]
    async fn moved(&mut self, ctx: &Context, motion: &Motion) {
        self.0.note(format!("{} saw {} {}", ctx.name(), motion.room, motion.strength));
    }

    #[on_event(Reading)]
    fn read(&mut self, reading: &Reading) {
        self.0.note(format!("read {} {}", reading.0, reading.1));
    }

    #[on_event(Degrees)]
    fn warmed(&mut self, degrees: &Degrees) {
        self.0.note(format!("{} degrees", degrees.0));
    }

    #[on_event(Tick)]
    fn ticked(&mut self, _: &Tick) {
        self.0.note("tick");
    }

    #[on_event(DoorMoved)]
    fn door(&mut self, door: &DoorMoved) {
        self.0.note(format!("{door:?}"));
    }
}

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

async fn listening<M: Module>(module: M) -> (App, Handle) {
    let app = App::builder().module("listener", module).start().await.unwrap();
    let handle = app.handle();
    (app, handle)
}

fn motion(room: &str, strength: u8) -> Motion {
    Motion { room: room.to_owned(), strength }
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

#[derive(Debug, Clone, Default)]
struct Patterns(Journal);

#[module]
impl Patterns {
    #[on_event("sensor.*")]
    fn one_segment(&mut self, event: &EventRecord) {
        self.0.note(format!("*: {}", event.name()));
    }

    #[on_event("sensor.**")]
    fn many_segments(&mut self, event: &EventRecord) {
        self.0.note(format!("**: {}", event.name()));
    }

    #[on_event("*.left")]
    fn any_left(&mut self, event: &EventRecord) {
        self.0.note(format!("left: {}", event.name()));
    }

    #[on_event("sensor.hall")]
    fn literal(&mut self) {
        self.0.note("literal");
    }
}

#[tokio::test]
async fn a_pattern_hears_within_a_segment_and_across_segments() {
    let patterns = Patterns::default();
    let (app, handle) = listening(patterns.clone()).await;
    let heard = |name: &'static str| handle.trigger_event(name, args! {});
    assert_eq!(heard("sensor.hall").await.unwrap(), 3, "a literal and patterns hear the same event");
    assert_eq!(heard("sensor.hall.left").await.unwrap(), 1);
    assert_eq!(heard("sensor.left").await.unwrap(), 3);
    assert_eq!(heard("sensor").await.unwrap(), 0);
    assert_eq!(heard("motion").await.unwrap(), 0);
    settle(&app).await;
    let expected = [
        "*: sensor.hall",
        "**: sensor.hall",
        "literal",
        "**: sensor.hall.left",
        "*: sensor.left",
        "**: sensor.left",
        "left: sensor.left",
    ];
    assert_eq!(patterns.0.lines(), expected, "each handler once, in the order of the block");
}

/// Hears everything, and works on request.
#[derive(Debug, Clone, Default)]
struct Everything(Journal);

#[module]
impl Everything {
    #[on_event("**")]
    fn hear(&mut self, event: &EventRecord) {
        self.0.note(event.name());
    }

    #[task]
    fn fail(&mut self) -> Result<(), String> {
        Err("on purpose".to_owned())
    }
}

#[derive(Debug, Clone, Default)]
struct IdleListener(Journal);

#[module]
impl IdleListener {
    #[on_event]
    fn on_becoming_idle(&mut self) {
        self.0.note("idle");
    }
}

#[tokio::test]
async fn a_pattern_does_not_hear_the_frameworks_own_events() {
    let (everything, witness, idle) = (Everything::default(), Witness::default(), IdleListener::default());
    let app = App::builder()
        .module("everything", everything.clone())
        .module("source", Everything::default())
        .module("witness", witness.clone())
        .module("idle", idle.clone())
        .start()
        .await
        .unwrap();
    app.handle().enqueue_task("source.fail", args! {}).await.unwrap();
    app.handle().trigger_event("ordinary", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(witness.0.lines(), ["source.fail: on purpose"]);
    assert!(idle.0.count("idle") > 0);
    assert_eq!(everything.0.lines(), ["ordinary"]);
}

/// Sends what it also hears.
#[derive(Debug, Clone, Default)]
struct Echo(Journal);

#[module(emits(shout(by: String)))]
impl Echo {
    #[task]
    async fn shout(&mut self, ctx: &Context) -> Result<usize> {
        ctx.trigger_event("shout", args! { by: ctx.name() }).await
    }

    #[task]
    async fn own(&mut self, ctx: &Context, word: String) -> Result<usize> {
        ctx.trigger_own_event(args! { word }).await
    }

    #[on_event]
    fn on_shout(&mut self, ctx: &Context, by: String) {
        let metadata = ctx.metadata();
        self.0.note(format!("{} heard {by} from {:?}", ctx.name(), metadata.source.as_deref()));
    }

    #[on_event("*_event")]
    fn own_events(&mut self, ctx: &Context, event: &EventRecord) -> Result<()> {
        let word: String = event.field("word")?;
        self.0.note(format!("{} heard {} {word} from {:?}", ctx.name(), event.name(), event.source()));
        Ok(())
    }
}

async fn echoes() -> (App, Journal) {
    let journal = Journal::new();
    let app = App::builder()
        .module("north", Echo(journal.clone()))
        .module("south", Echo(journal.clone()))
        .start()
        .await
        .unwrap();
    (app, journal)
}

#[tokio::test]
async fn a_module_does_not_hear_itself() {
    let (app, journal) = echoes().await;
    let heard = app.handle().exec_task("north.shout", args! {}).await.unwrap();
    assert_eq!(heard.get::<usize>().unwrap(), 1);
    settle(&app).await;
    assert_eq!(journal.lines(), [r#"south heard north from Some("north")"#]);
}

#[tokio::test]
async fn an_event_from_outside_has_no_source_and_reaches_all() {
    let (app, journal) = echoes().await;
    assert_eq!(app.handle().trigger_event("shout", args! { by: "me" }).await.unwrap(), 2);
    settle(&app).await;
    assert_eq!(journal.lines(), ["north heard me from None", "south heard me from None"]);
}

#[tokio::test]
async fn the_own_event_of_a_module_is_named_after_it() {
    let (app, journal) = echoes().await;
    app.handle().exec_task("south.own", args! { word: "hello" }).await.unwrap();
    settle(&app).await;
    assert_eq!(journal.lines(), [r#"north heard south_event hello from Some("south")"#]);
}

#[tokio::test]
async fn an_event_that_nobody_hears_is_counted_and_no_error() {
    let (app, journal) = echoes().await;
    let handle = app.handle();
    assert_eq!(handle.trigger_event("whisper", args! {}).await.unwrap(), 0);
    assert_eq!(handle.trigger(Tick).await.unwrap(), 0);
    assert_eq!(handle.statistics().unheard_events, 2);
    settle(&app).await;
    assert!(journal.lines().is_empty());
}

#[tokio::test]
async fn an_event_that_only_its_source_listens_to_is_unheard() {
    let (app, handle) = listening(Echo::default()).await;
    let heard = handle.exec_task("listener.shout", args! {}).await.unwrap();
    assert_eq!(heard.get::<usize>().unwrap(), 0);
    settle(&app).await;
    assert_eq!(handle.statistics().unheard_events, 1);
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
    assert!(told[0].starts_with("by_name.on_motion: ") && told[0].contains("`strength`"), "{told:?}");
    assert!(told[1].starts_with("by_name.on_motion: ") && told[1].contains("strong"), "{told:?}");
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
    assert!(told.len() == 1 && told[0].starts_with("typed.moved: ") && told[0].contains("room"), "{told:?}");
}

#[derive(Debug, Clone, Default)]
struct Slow(Gate, Journal);

#[module]
impl Slow {
    #[on_event(Motion)]
    async fn wait(&mut self, _: &Motion) {
        self.0.pass().await;
        self.1.note("slow");
    }
}

#[tokio::test]
async fn a_slow_receiver_delays_nobody() {
    let (slow, quick) = (Slow::default(), Typed::default());
    let app =
        App::builder().module("slow", slow.clone()).module("quick", quick.clone()).start().await.unwrap();
    for strength in 0..50 {
        assert_eq!(within(app.handle().trigger(motion("hall", strength))).await.unwrap(), 2);
    }
    slow.0.reached(1).await;
    while quick.0.lines().len() < 50 {
        within(tokio::task::yield_now()).await;
    }
    assert!(slow.1.lines().is_empty());
    slow.0.open();
    settle(&app).await;
    assert_eq!(slow.1.lines().len(), 50);
    balanced(&app.handle());
}

#[derive(Debug, Clone, Default)]
struct Places(Journal);

#[module]
impl Places {
    #[on_event(Motion)]
    fn place(&mut self, motion: &Motion) {
        self.0.note(format!("{:p}", std::ptr::from_ref(motion)));
    }
}

#[tokio::test]
async fn all_receivers_share_one_event() {
    let journal = Journal::new();
    let app = App::builder()
        .module("one", Places(journal.clone()))
        .module("two", Places(journal.clone()))
        .module("three", Places(journal.clone()))
        .start()
        .await
        .unwrap();
    app.handle().trigger(motion("hall", 1)).await.unwrap();
    settle(&app).await;
    let typed = journal.take();
    assert!(typed.len() == 3 && typed.iter().all(|place| *place == typed[0]), "{typed:?}");
    app.handle().trigger_event("motion", args! { room: "hall", strength: 2 }).await.unwrap();
    settle(&app).await;
    let decoded = journal.take();
    assert!(decoded.len() == 3 && decoded.iter().all(|place| *place == decoded[0]), "{decoded:?}");
}

#[derive(Debug, Clone, Default)]
struct Records(Journal);

#[module]
impl Records {
    #[on_event("**")]
    fn hear(&mut self, event: &EventRecord) -> Result<()> {
        let value = event.value().map_err(|error| Error::other(error.to_string()))?;
        self.0.note(format!("{} {} {}", event.name(), value, event.priority()));
        Ok(())
    }
}

#[tokio::test]
async fn a_record_tells_all_about_an_event() {
    let records = Records::default();
    let (app, handle) = listening(records.clone()).await;
    handle.trigger(motion("hall", 3)).priority(Priority::Low).await.unwrap();
    handle.trigger_event("door.opened", args! { door: 3 }).await.unwrap();
    settle(&app).await;
    let expected = [r#"door.opened {"door":3} normal"#, r#"motion {"room":"hall","strength":3} low"#];
    assert_eq!(records.0.lines(), expected);
}

#[derive(Debug, Clone, Default)]
struct Transactions(Journal);

#[module]
impl Transactions {
    #[on_event("**")]
    fn hear(&mut self, ctx: &Context, event: &EventRecord) {
        self.0.note(ctx.metadata().transaction);
        self.0.note(event.transaction());
    }
}

#[tokio::test]
async fn all_receivers_of_an_event_share_its_transaction() {
    let journal = Journal::new();
    let app = App::builder()
        .module("one", Transactions(journal.clone()))
        .module("two", Transactions(journal.clone()))
        .start()
        .await
        .unwrap();
    app.handle().trigger_event("door.opened", args! {}).await.unwrap();
    settle(&app).await;
    let transactions = journal.lines();
    assert_eq!(transactions.len(), 4);
    assert!(transactions.iter().all(|known| *known == transactions[0]), "{transactions:?}");
}

#[tokio::test]
async fn a_burst_reaches_every_receiver_completely() {
    quiet();
    let modules: Vec<Typed> = (0..5).map(|_| Typed::default()).collect();
    let mut builder = App::builder();
    for (number, module) in modules.iter().enumerate() {
        builder = builder.module(&format!("typed{number}"), module.clone());
    }
    let app = builder.start().await.unwrap();
    for degrees in 0..1_000 {
        assert_eq!(app.handle().trigger(Degrees(degrees)).await.unwrap(), 5);
    }
    settle(&app).await;
    let expected: Vec<String> = (0..1_000).map(|degrees| format!("{degrees} degrees")).collect();
    assert!(modules.iter().all(|module| module.0.lines() == expected));
    balanced(&app.handle());
}
