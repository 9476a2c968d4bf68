//! The column of delayed items: tasks and events whose time has not come.

use looselycoupled::Loss;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// Calls are not delayed: nobody can wait for their results.
const DELAYED: [Kind; 2] = [Kind::Task, Kind::Event];

async fn send_later(handle: &Handle, kind: Kind, time: Duration) -> String {
    told(match kind {
        Kind::Call => panic!("nobody delays a call"),
        Kind::Task => handle.enqueue_task("target.work", args! {}).after(time).await.map(drop),
        Kind::Event => handle.trigger_event("work", args! {}).after(time).await.map(drop),
    })
}

/// What is told of it in the end.
fn letters(handle: &Handle) -> Vec<(String, Loss)> {
    handle.dead_letters().letters.into_iter().map(|letter| (letter.address, letter.reason)).collect()
}

/// Where the loss of a delayed item is found that was never sent.
const fn address(kind: Kind) -> &'static str {
    match kind {
        Kind::Call | Kind::Task => "target.work",
        Kind::Event => "work",
    }
}

/// Waits as long as it is told to when it is to end.
#[derive(Default)]
struct Lingerer;

#[module]
impl Lingerer {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.no_longer_active().await;
        tokio::time::sleep(3 * SECOND).await;
        Ok(())
    }
}

/// Sends later, from a handler, when its gate lets it.
#[derive(Debug, Clone, Default)]
struct Planner(Gate);

#[module]
impl Planner {
    #[task]
    async fn plan(&mut self, ctx: &Context, kind: Kind) -> String {
        self.0.pass().await;
        send_later(&ctx.handle(), kind, SECOND).await
    }
}

/// Cannot be made a second time.
#[derive(Debug)]
struct Single;

#[module]
impl Single {
    #[task]
    fn work(&mut self) {}

    #[on_event("work")]
    fn hear(&mut self) {}

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }
}

/// An application whose target is gone, and which ends only in some seconds.
async fn without_target() -> App {
    looselycoupled_tests::quiet();
    let made = std::sync::atomic::AtomicBool::new(false);
    let make = move || {
        assert!(!made.swap(true, std::sync::atomic::Ordering::Relaxed), "made once on purpose");
        Single
    };
    App::builder()
        .module_with("target", make)
        .policy("target", Policy::Restart(Restart::default().budget(1, 100 * SECOND).delay(SECOND, SECOND)))
        .module("lingerer", Lingerer)
        .start()
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_falls_due_for_an_inactive_target_is_undelivered() {
    for kind in DELAYED {
        let app = without_target().await;
        let handle = app.handle();
        let _failures = handle.subscribe("exception");
        assert_eq!(send_later(&handle, kind, 2 * SECOND).await, "accepted", "{kind:?}");
        handle.enqueue_task("target.burst", args! {}).await.unwrap();
        tokio::time::sleep(2 * SECOND).await;
        handle.quiesce().await.unwrap();
        assert_eq!(handle.phase("target"), Some(Phase::Inactive), "{kind:?}");
        let handler = if kind == Kind::Event { "target.hear" } else { "target.work" };
        assert_eq!(letters(&handle), [(handler.to_owned(), Loss::Undelivered)], "{kind:?}");
        // The panic and the instance that could not be made; of a task also that it was not sent.
        let told = handle.subscriptions()[0].heard;
        assert_eq!(told, if kind == Kind::Task { 3 } else { 2 }, "{kind:?}");
        let refused = if kind == Kind::Event { "accepted" } else { "NotReady target inactive" };
        assert_eq!(send_later(&handle, kind, SECOND).await, refused, "{kind:?}");
        let _failed = within(app.ended()).await.unwrap_err();
        balanced(&handle);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_delayed_counts_down_while_the_target_is_passive_before_the_start_of_all() {
    for kind in DELAYED {
        let planner = Planner::default();
        planner.0.open();
        let (door, target) = (Door::default(), Target::with_open_gate());
        let start = App::builder()
            .module("planner", planner)
            .module("sender", Sender::default())
            .module("target", target.clone())
            .module("door", door.clone())
            .start();
        let start = tokio::spawn(start);
        door.gate.reached(1).await;
        let handle = door.leaked.lock().unwrap().clone().unwrap().handle;
        let planner: PlannerStub = handle.stub("planner").unwrap();
        assert_eq!(planner.plan(kind).await.unwrap(), "accepted", "{kind:?}");
        tokio::time::sleep(SECOND / 2).await;
        assert!(target.journal.lines().is_empty(), "{kind:?}");
        tokio::time::sleep(SECOND).await;
        assert_eq!(handle.phase("target"), Some(Phase::Passive));
        assert_eq!(target.journal.lines(), ["begun", "ended"], "{kind:?}");
        door.gate.open();
        let app = within(start).await.unwrap().unwrap();
        balanced(&handle);
        within(app.shutdown()).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_delayed_counts_down_while_the_target_is_active() {
    for kind in DELAYED {
        let target = Target::with_open_gate();
        let app = App::builder().module("target", target.clone()).start().await.unwrap();
        assert_eq!(send_later(&app.handle(), kind, SECOND).await, "accepted", "{kind:?}");
        within(app.quiesce()).await;
        assert!(target.journal.lines().is_empty(), "{kind:?}");
        tokio::time::sleep(SECOND).await;
        within(app.quiesce()).await;
        assert_eq!(target.journal.lines(), ["begun", "ended"], "{kind:?}");
        balanced(&app.handle());
    }
}

/// What a handler is told that sends something later when the end has come so far.
async fn planned_after(time: Duration, kind: Kind) -> (String, Target, Handle) {
    let (planner, target) = (Planner::default(), Target::with_open_gate());
    let app = App::builder().module("planner", planner.clone()).module("target", target.clone()).start();
    let app = app.await.unwrap();
    let handle = app.handle();
    let planning = tokio::spawn(handle.exec_task("planner.plan", args! { kind: kind }));
    planner.0.reached(1).await;
    let ending = tokio::spawn(app.shutdown());
    tokio::time::sleep(time).await;
    assert_eq!(send_later(&handle, kind, SECOND).await, shutting_down(kind), "{kind:?}, from outside");
    planner.0.open();
    let answer = within(planning).await.unwrap().unwrap().get::<String>().unwrap();
    within(ending).await.unwrap().unwrap();
    balanced(&handle);
    (answer, target, handle)
}

#[tokio::test(start_paused = true)]
async fn what_handlers_delay_while_the_target_stops_is_undelivered() {
    for kind in DELAYED {
        let (answer, target, handle) = planned_after(SECOND, kind).await;
        assert_eq!(answer, "accepted", "{kind:?}");
        assert!(target.journal.lines().is_empty(), "{kind:?}");
        assert_eq!(letters(&handle), [(address(kind).to_owned(), Loss::Undelivered)], "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_delays_anything_in_the_second_half() {
    for kind in DELAYED {
        let (answer, target, handle) = planned_after(6 * SECOND, kind).await;
        assert_eq!(answer, shutting_down(kind), "{kind:?}");
        assert!(target.journal.lines().is_empty() && letters(&handle).is_empty(), "{kind:?}");
    }
}

/// Plans on its own before and after it may.
#[derive(Debug, Clone, Default)]
struct Forward(Journal);

#[module]
impl Forward {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) {
        for kind in DELAYED {
            self.0.note(send_later(&ctx.handle(), kind, SECOND).await);
        }
    }

    #[finalize]
    async fn end(&mut self, ctx: &Context) {
        for kind in DELAYED {
            self.0.note(send_later(&ctx.handle(), kind, SECOND).await);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_is_not_active_must_not_delay_anything_on_its_own() {
    let forward = Forward::default();
    let app = App::builder().module("target", Target::default()).module("forward", forward.clone()).start();
    let app = app.await.unwrap();
    let handle = app.handle();
    assert_eq!(forward.0.take(), ["NotActive forward inactive"; 2]);
    within(app.shutdown()).await.unwrap();
    assert_eq!(forward.0.take(), ["NotActive forward passive"; 2]);
    balanced(&handle);
}

#[tokio::test(start_paused = true)]
async fn what_is_delayed_is_undelivered_at_an_orderly_end() {
    for kind in DELAYED {
        let target = Target::with_open_gate();
        let app = App::builder().module("target", target.clone()).start().await.unwrap();
        let handle = app.handle();
        assert_eq!(send_later(&handle, kind, SECOND).await, "accepted", "{kind:?}");
        within(app.shutdown()).await.unwrap();
        tokio::time::sleep(2 * SECOND).await;
        assert!(target.journal.lines().is_empty(), "{kind:?}");
        assert_eq!(letters(&handle), [(address(kind).to_owned(), Loss::Undelivered)], "{kind:?}");
        balanced(&handle);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_delayed_is_undelivered_at_a_forced_end() {
    for kind in DELAYED {
        let target = Target::default();
        let app = App::builder().module("target", target.clone()).start().await.unwrap();
        let handle = app.handle();
        handle.enqueue_task("target.work", args! {}).await.unwrap();
        target.gate.reached(1).await;
        // It falls due while the end waits for what has begun.
        assert_eq!(send_later(&handle, kind, 2 * SECOND).await, "accepted", "{kind:?}");
        within(app.shutdown()).await.unwrap_err();
        assert_eq!(target.journal.lines(), ["begun"], "{kind:?}");
        assert_eq!(letters(&handle), [(address(kind).to_owned(), Loss::Undelivered)], "{kind:?}");
        balanced(&handle);
    }
}
