//! Who hears an event: names, patterns, and everybody but its source.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, Witness, settle};

use super::{Tick, listening};

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
