//! Events that are sent once their time has come.

use super::*;
use looselycoupled_tests::balanced;

#[tokio::test(start_paused = true)]
async fn an_event_is_sent_when_its_time_has_come_typed_or_by_name() {
    let bell = Bell::new();
    let (app, _) = bell.start().await;
    let handle = app.handle();
    handle.trigger(Dusk { level: 7 }).after(2 * SECOND).await.unwrap();
    handle.trigger_event("noon", args! { hour: 12 }).after(SECOND).await.unwrap();
    let delayed = handle.statistics().delayed_events;
    assert_eq!((delayed.accepted, delayed.delayed, delayed.sent), (2, 2, 0));
    pass(&app, 2 * SECOND).await;
    assert_eq!(bell.journal.lines(), ["noon 12 1000", "dusk 7 2000"]);
    let sent = handle.statistics().delayed_events;
    assert_eq!((sent.accepted, sent.delayed, sent.sent), (2, 0, 2));
    balanced(&handle);
}

#[tokio::test(start_paused = true)]
async fn whoever_subscribes_before_it_is_sent_hears_it() {
    let bell = Bell::new();
    let (app, _) = bell.start().await;
    let handle = app.handle();
    handle.trigger_event("opened", args! { door: 3 }).after(SECOND).await.unwrap();
    let opened = handle.wait_for_event("opened");
    assert_eq!(opened.await.unwrap().field::<u8>("door").unwrap(), 3);
    assert_eq!(bell.made.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn an_event_by_name_reaches_typed_handlers_at_every_tick_and_the_other_way_round() {
    let bell = Bell::new();
    let (app, _) = bell.start().await;
    let handle = app.handle();
    let mut heard = handle.subscribe("dusk");
    handle.trigger_event("dusk", args! { level: 1 }).every(2 * SECOND).await.unwrap();
    // `Dusk` cannot be cloned: the ticks share it.
    handle.trigger(Dusk { level: 2 }).every(3 * SECOND).await.unwrap();
    pass(&app, 6 * SECOND).await;
    let expected = ["dusk 1 2000", "dusk 2 3000", "dusk 1 4000", "dusk 2 6000", "dusk 1 6000"];
    let mut lines = bell.journal.lines();
    lines.sort();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(lines, sorted);
    for level in [1, 2, 1] {
        let record = heard.next().await.unwrap();
        assert_eq!(
            (record.field::<u8>("level").unwrap(), record.typed::<Dusk>().unwrap().level),
            (level, level)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_can_be_told_to_end_later() {
    let bell = Bell::new();
    let (app, _) = bell.start().await;
    app.handle().trigger_event("exit", args! {}).after(60 * SECOND).await.unwrap();
    app.ended().await.unwrap();
    assert_eq!(bell.made.elapsed(), 60 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_sent_later_is_not_heard_by_the_module_that_sends_it() {
    #[derive(Debug, Clone, Default)]
    struct Crier(Journal);

    #[module]
    impl Crier {
        #[task]
        async fn cry(&mut self, ctx: &Context) -> Result<()> {
            ctx.trigger_event("cry", args! {}).after(SECOND).await?;
            ctx.trigger_event("cry", args! {}).every(SECOND).await?;
            Ok(())
        }

        #[on_event]
        fn on_cry(&mut self, ctx: &Context) {
            self.0.note(ctx.name());
        }
    }

    let journal = Journal::new();
    let crier = || Crier(journal.clone());
    let app = App::builder().module("one", crier()).module("other", crier()).start().await.unwrap();
    app.handle().exec_task("one.cry", args! {}).await.unwrap();
    assert_eq!(app.handle().timers()[0].owner.as_deref(), Some("one"));
    pass(&app, SECOND).await;
    assert_eq!(journal.lines(), ["other", "other"]);
}
