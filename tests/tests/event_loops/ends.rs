//! How loops end, and what ends with them.

use looselycoupled::prelude::*;
use looselycoupled::{AppError, CallError, LoopOptions};
use looselycoupled_tests::{Gate, Journal, begin, quiet, settle, within};

use super::{Meter, MeterStub, app};

#[tokio::test]
async fn a_loop_that_is_closed_does_what_waits_and_takes_nothing_more() {
    let app = App::builder().start().await.unwrap();
    let bus = app.handle().open_loop("bus", LoopOptions::new()).unwrap();
    let (journal, gate) = (bus.host(Vec::new()), Gate::default());
    let waits = gate.clone();
    let first = journal.call_async(move |lines| {
        Box::pin(async move {
            waits.pass().await;
            lines.push("first");
        })
    });
    first.enqueue().await.unwrap();
    let mut last = journal.call(|lines| {
        lines.push("last");
        lines.clone()
    });
    assert!(begin(&mut last).await.is_pending());
    let mut closing = Box::pin(bus.close());
    assert!(begin(&mut closing).await.is_pending());
    let refused = journal.call(|lines| lines.push("never")).await.unwrap_err();
    assert!(matches!(refused, CallError::Closed { .. }), "{refused:?}");
    assert_eq!(refused.to_string(), "`bus.hosted` was not begun: its event loop has been closed");
    gate.open();
    within(closing).await;
    assert_eq!(within(last).await.unwrap(), ["first", "last"]);
}

#[tokio::test]
async fn a_loop_that_nobody_can_use_any_more_ends_after_what_waits() {
    let app = App::builder().start().await.unwrap();
    let (bus, journal) = (app.handle().open_loop("bus", LoopOptions::new()).unwrap(), Journal::default());
    for word in ["one", "two"] {
        let journal = journal.clone();
        bus.host(journal).call(move |journal| journal.note(word)).enqueue().await.unwrap();
    }
    drop(bus);
    settle(&app).await;
    assert_eq!(journal.lines(), ["one", "two"]);
    assert!(app.handle().event_loop("bus").is_err());
}

#[tokio::test]
async fn a_call_that_is_late_for_its_loop_is_refused() {
    let app = App::builder().start().await.unwrap();
    let bus = app.handle().open_loop("bus", LoopOptions::new()).unwrap();
    let call = bus.host(1).call(|number| *number);
    bus.close().await;
    assert!(matches!(within(call).await.unwrap_err(), CallError::Closed { .. }));
}

#[tokio::test]
async fn a_loop_with_modules_is_waited_for_but_stays() {
    let app = app(Meter::default()).await;
    let handle = app.handle();
    let ticket = handle.enqueue_task("meter.read", args! {}).await.unwrap();
    within(handle.event_loop("bus").unwrap().close()).await;
    assert!(!ticket.cancel(), "it has been done");
    handle.stub::<MeterStub>("meter").unwrap().read().await.unwrap();
}

#[tokio::test]
async fn who_closes_the_loop_it_is_on_does_not_wait_for_itself() {
    let app = App::builder().start().await.unwrap();
    let bus = app.handle().open_loop("bus", LoopOptions::new()).unwrap();
    let own = bus.clone();
    let closing = bus.host(()).call_async(move |()| Box::pin(async move { own.close().await }));
    within(closing).await.unwrap();
}

#[tokio::test]
async fn the_end_of_the_application_waits_for_its_loops() {
    let app = App::builder().start().await.unwrap();
    let bus = app.handle().open_loop("bus", LoopOptions::new().thread(true)).unwrap();
    let (journal, gate) = (Journal::default(), Gate::default());
    let (object, waits) = (bus.host(journal.clone()), gate.clone());
    let work = object.call_async(move |journal| {
        Box::pin(async move {
            waits.pass().await;
            journal.note("done");
        })
    });
    work.enqueue().await.unwrap();
    within(gate.reached(1)).await;
    let ending = tokio::spawn(app.shutdown());
    gate.open();
    within(ending).await.unwrap().unwrap();
    assert_eq!(journal.lines(), ["done"]);
    assert!(matches!(object.call(|_| ()).await.unwrap_err(), CallError::ShuttingDown { .. }));
}

#[tokio::test]
async fn a_failure_on_a_loop_that_exits_ends_the_application() {
    quiet();
    let exits = LoopOptions::new().exit_on_failure(true);
    let app =
        App::builder().module_on("bus", "meter", Meter::default()).event_loop("bus", exits).start().await;
    let app = app.unwrap();
    let bus = app.handle().event_loop("bus").unwrap();
    let _subscription = bus.on("tick", |_event| async { Err::<(), _>("out of order") });
    app.handle().trigger_event("tick", args! {}).await.unwrap();
    let Err(AppError::Failed(what)) = within(app.ended()).await else { panic!("it ended well") };
    assert_eq!(what, "`tick#1.callback` failed: out of order");
}

#[tokio::test]
async fn a_failure_that_its_caller_gets_ends_nothing_but_a_panic_does() {
    quiet();
    let app = App::builder().start().await.unwrap();
    let bus = app.handle().open_loop("bus", LoopOptions::new().exit_on_failure(true)).unwrap();
    let object = bus.host(1);
    let refused = object.call(|_| Err::<(), _>("no")).await.unwrap();
    assert_eq!(refused, Err("no"));
    settle(&app).await;
    object.call(|_| panic!("on purpose")).await.map(|never: ()| never).unwrap_err();
    let Err(AppError::Failed(what)) = within(app.ended()).await else { panic!("it ended well") };
    assert_eq!(what, "`bus.hosted` panicked: on purpose");
}

#[tokio::test]
async fn who_closes_a_loop_that_waits_for_him_does_not_wait_for_it() {
    let app = app(Meter::default()).await;
    let opened = app.handle().open_loop("aside", LoopOptions::new()).unwrap();
    let bus = app.handle().event_loop("bus").unwrap().host(opened.clone());
    let calling = opened.host(()).call_async(move |()| {
        Box::pin(async move {
            let closing = bus.call_async(|opened| Box::pin(async move { opened.clone().close().await }));
            closing.await
        })
    });
    within(calling).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_handler_that_closes_a_loop_waits_for_what_is_left_there() {
    let app = app(Meter::default()).await;
    let (gate, opened) = (Gate::default(), app.handle().open_loop("aside", LoopOptions::new()).unwrap());
    let work = gate.clone();
    let left = opened.host(false).call_async(move |done| {
        Box::pin(async move {
            work.pass().await;
            *done = true;
        })
    });
    left.enqueue().await.unwrap();
    within(gate.reached(1)).await;
    let bus = app.handle().event_loop("bus").unwrap().host(opened);
    let mut closing = bus.call_async(|opened| Box::pin(async move { opened.clone().close().await }));
    assert!(begin(&mut closing).await.is_pending());
    gate.open();
    within(closing).await.unwrap();
}

#[tokio::test]
async fn who_hears_on_a_loop_that_is_closed_is_called_with_what_waits_and_hears_nothing_more() {
    let app = App::builder().start().await.unwrap();
    let handle = app.handle();
    let (bus, journal) = (handle.open_loop("bus", LoopOptions::new()).unwrap(), Journal::default());
    let [every, next, late] = ["every", "next", "late"].map(|who| {
        let journal = journal.clone();
        move |_event| {
            journal.note(who);
            async {}
        }
    });
    bus.on("tick", every).forever();
    bus.once("tock", next);
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 1);
    within(bus.clone().close()).await;
    assert_eq!(journal.lines(), ["every"]);
    let _never = bus.on("tick", late);
    for name in ["tick", "tock"] {
        assert_eq!(handle.trigger_event(name, args! {}).await.unwrap(), 0, "{name}");
    }
    assert_eq!(handle.statistics().unheard_events, 2);
    assert!(handle.subscriptions().is_empty() && handle.dead_letters().letters.is_empty());
    settle(&app).await;
    assert_eq!(journal.lines(), ["every"]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_end_of_a_loop_does_so_however_long_it_takes() {
    let app = App::builder().module_on("bus", "meter", Meter::default());
    let app = app.default_timeout(Duration::from_millis(100)).start().await.unwrap();
    let bus = app.handle().event_loop("bus").unwrap();
    let work = bus.host(()).call_async(|()| Box::pin(tokio::time::sleep(Duration::from_secs(3600))));
    work.timeout(Duration::from_secs(7200)).enqueue().await.unwrap();
    let begun = tokio::time::Instant::now();
    bus.close().await;
    assert_eq!(begun.elapsed().as_secs(), 3600);
}

/// Says on which channel its thread has ended.
struct Witness(std::sync::mpsc::Sender<()>);

impl Drop for Witness {
    fn drop(&mut self) {
        let _unheard = self.0.send(());
    }
}

thread_local! {
    static WITNESS: std::cell::RefCell<Option<Witness>> = const { std::cell::RefCell::new(None) };
}

#[tokio::test]
async fn the_thread_of_a_loop_goes_with_it_whoever_could_still_use_it() {
    let app = App::builder().start().await.unwrap();
    let handle = app.handle();
    for is_ended_by_the_application in [false, true] {
        let (told, ended) = std::sync::mpsc::channel();
        let bus = handle.open_loop("bus", LoopOptions::new().thread(true)).unwrap();
        let kept = bus.host(());
        let _also_kept = bus.on("tick", |_event| async {});
        kept.call(move |()| WITNESS.set(Some(Witness(told)))).await.unwrap();
        if is_ended_by_the_application {
            within(app.shutdown()).await.unwrap();
            assert!(ended.recv_timeout(Duration::from_secs(20)).is_ok(), "the thread is still there");
            return;
        }
        within(bus.close()).await;
        assert!(ended.recv_timeout(Duration::from_secs(20)).is_ok(), "the thread is still there");
    }
}

#[tokio::test]
async fn loops_that_are_open_are_in_the_statistics() {
    let app = app(Meter::default()).await;
    let opened = app.handle().open_loop("aside", LoopOptions::new().tasks(7)).unwrap();
    let _alone = app.handle().on("tick", |_event| async {});
    let loops = app.handle().statistics().loops;
    let names: Vec<_> = loops.iter().map(|known| (&*known.name, known.capacity.0)).collect();
    assert_eq!(names, [("bus", 65_536), ("aside", 7)]);
    opened.close().await;
    assert_eq!(app.handle().statistics().loops.len(), 1);
}
