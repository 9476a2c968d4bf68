//! Events of which only one side is known.

use looselycoupled::LintCode::{Unheard, Unsent};
use looselycoupled::prelude::*;

use super::lints;

#[derive(Default)]
pub struct Lamp;

#[module(emits(level_changed(level: u8)))]
impl Lamp {
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8) -> Result<()> {
        ctx.trigger_event("level_changed", args! { level: level }).await.map(drop)
    }
}

#[derive(Default)]
pub struct Display;

#[module]
impl Display {
    #[on_event]
    fn on_level_chnaged(&mut self) {}
}

#[test]
fn both_sides_of_a_misspelt_event_are_told_with_what_was_meant() {
    let application = App::builder().module("lamp", Lamp).module("display", Display);
    let unsent = "nobody is known to send `level_chnaged`, which `Display::on_level_chnaged` handles; did you mean \
                  `level_changed`?";
    let unheard =
        "nobody is known to hear `level_changed`, which `Lamp` sends; did you mean `level_chnaged`?";
    assert_eq!(lints(application), [(Unsent, unsent.to_owned()), (Unheard, unheard.to_owned())]);
}

#[test]
fn many_instances_of_a_type_are_one_lint() {
    let lamps = (0..50).fold(App::builder(), |app, number| app.module(&format!("lamp{number}"), Lamp));
    assert_eq!(lints(lamps).len(), 1);
}

#[test]
fn a_part_of_an_application_has_no_lints() {
    assert_eq!(lints(App::builder().partial().module("lamp", Lamp).module("display", Display)), []);
}

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Motion {
    room: String,
}

#[event(name = "door.moved")]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Door {
    Opened,
    Closed,
}

/// Says nothing of what it sends, but its code does.
#[derive(Default)]
pub struct Sensor;

#[module]
impl Sensor {
    #[task]
    async fn look(&self, ctx: &Context) -> Result<()> {
        let seen = async { ctx.trigger(Motion { room: "hall".to_owned() }).await };
        tokio::try_join!(seen, ctx.trigger(Door::Opened))?;
        self.measure(ctx).await?;
        ctx.trigger_own_event(args! {}).await.map(drop)
    }

    /// No task, but code all the same.
    async fn measure(&self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("sensor.warm", args! {}).await.map(drop)
    }
}

#[derive(Default)]
pub struct Guard;

#[module]
impl Guard {
    #[on_event(Motion)]
    fn seen(&mut self, _motion: &Motion) {}

    #[on_event(Door)]
    fn moved(&mut self, _door: &Door) {}

    #[on_event("sensor.warm")]
    fn warm(&mut self) {}

    #[on_event]
    fn on_eye_event(&mut self) {}
}

#[test]
fn what_code_sends_by_a_literal_or_by_type_counts_as_sent() {
    assert_eq!(lints(App::builder().module("eye", Sensor).module("guard", Guard)), []);
    let alone = lints(App::builder().module("guard", Guard));
    let unsent = ["door.moved", "eye_event", "motion", "sensor.warm"];
    assert_eq!(alone.len(), unsent.len());
    for ((code, message), event) in alone.iter().zip(unsent) {
        assert!(*code == Unsent && message.contains(&format!("`{event}`")), "{message}");
    }
}

/// Sends what it has in its hands.
#[derive(Default)]
pub struct Relay;

#[module]
impl Relay {
    #[task]
    async fn pass(&self, ctx: &Context, open: bool) -> Result<()> {
        let moved = if open { Door::Opened } else { Door::Closed };
        ctx.trigger(moved).await.map(drop)
    }

    async fn repeat(&self, ctx: &Context, motion: Motion) -> Result<()> {
        ctx.trigger(motion).await.map(drop)
    }

    #[task]
    async fn both(&self, ctx: &Context) -> Result<()> {
        self.repeat(ctx, Motion { room: "hall".to_owned() }).await?;
        ctx.trigger_event("sensor.warm", args! {}).await.map(drop)
    }
}

#[test]
fn a_value_that_code_sends_may_be_of_any_type_that_its_method_writes() {
    let told = lints(App::builder().module("relay", Relay).module("guard", Guard));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("`eye_event`"), "{told:?}");
    assert_eq!(lints(App::builder().module("relay", Relay)).len(), 1, "what may be sent need not be heard");
}

#[test]
fn what_code_sends_and_nobody_hears_is_told() {
    let alone = lints(App::builder().module("eye", Sensor));
    let unheard = ["door.moved", "motion", "sensor.warm"];
    assert_eq!(alone.len(), unheard.len(), "the module's own event is there for connections");
    for ((code, message), event) in alone.iter().zip(unheard) {
        assert!(*code == Unheard && message.contains(&format!("`{event}`")), "{message}");
    }
}

/// Hears by patterns, and what the framework sends.
#[derive(Default)]
pub struct Diary;

#[module]
impl Diary {
    #[on_event("*")]
    fn plain(&mut self, _event: &EventRecord) {}

    #[on_event]
    fn on_exception(&mut self) {}

    #[on_event]
    fn on_becoming_idle(&mut self) {}

    #[on_event]
    fn on_exit(&mut self) {}
}

#[test]
fn a_pattern_hears_and_misses_nothing_and_the_frameworks_events_are_sent() {
    assert_eq!(lints(App::builder().module("diary", Diary)), []);
    assert_eq!(lints(App::builder().module("diary", Diary).module("lamp", Lamp)), []);
    let segments = lints(App::builder().module("diary", Diary).module("eye", Sensor));
    assert_eq!(segments.len(), 2, "`*` hears names of one segment: {segments:?}");
}

/// Listens while it runs.
#[derive(Default)]
pub struct Listener;

#[module]
impl Listener {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        let _ears = (ctx.subscribe("sensor.**"), ctx.wait_for::<Motion>());
        let moved = ctx.wait_for_event("door.moved");
        let _level = ctx.on("level_changed", |_event| async {});
        tokio::select! {
            _ = moved => {}
            () = ctx.no_longer_active() => {}
        }
        Ok(())
    }
}

#[test]
fn what_code_listens_to_while_it_runs_counts_as_heard() {
    let all = App::builder().module("eye", Sensor).module("lamp", Lamp);
    assert_eq!(lints(all.module("listener", Listener)), []);
}

#[derive(Default)]
pub struct Clerk;

#[module]
impl Clerk {
    #[task]
    fn note(&mut self, level: u8) {
        let _noted = level;
    }
}

#[derive(Default)]
pub struct Radio;

#[module]
impl Radio {
    #[on_event]
    fn on_news(&mut self) {}
}

#[test]
fn connections_hear_and_forwards_send() {
    let wired = App::builder().module("lamp", Lamp).module("clerk", Clerk).module("radio", Radio);
    let wired = wired.connect("lamp/level_changed", "clerk.note").forward("lamp/level_changed", "clerk/news");
    assert_eq!(lints(wired), []);
}
