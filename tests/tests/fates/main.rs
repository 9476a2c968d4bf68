//! The table of fates in docs/semantics.md, cell by cell: what becomes of calls, queued tasks and events.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail fail their test")]

mod delayed;

use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, EventError, ModuleStatistics, Phase};
use looselycoupled_tests::{Gate, Journal, balanced, within};
use tokio::task::JoinHandle;

/// The columns of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    Call,
    Task,
    Event,
}

const KINDS: [Kind; 3] = [Kind::Call, Kind::Task, Kind::Event];

async fn send(handle: Handle, kind: Kind) -> String {
    told(match kind {
        Kind::Call => handle.exec_task("target.work", args! {}).await.map(drop).map_err(Error::from),
        Kind::Task => handle.enqueue_task("target.work", args! {}).await.map(drop),
        Kind::Event => handle.trigger_event("work", args! {}).await.map(drop),
    })
}

/// As [`send`], from outside of every module while there is no handle for that; events need one.
async fn send_by_stub(target: &TargetStub, kind: Kind) -> String {
    told(match kind {
        Kind::Call => target.work().await.map_err(Error::from),
        Kind::Task | Kind::Event => target.work().enqueue().await.map(drop),
    })
}

/// What the sender learns, in the words of the table.
fn told(sent: Result<(), Error>) -> String {
    let error = match sent {
        Ok(()) => return "accepted".to_owned(),
        Err(Error::Call(error)) => error,
        Err(Error::Event { name, cause }) => match *cause {
            EventError::ShuttingDown => return format!("ShuttingDown {name}"),
            EventError::NotActive { module, state } => return format!("NotActive {module} {state}"),
            other => panic!("{other:?}"),
        },
        Err(other) => panic!("{other:?}"),
    };
    match *error {
        CallError::NotReady { module, state } => format!("NotReady {module} {state}"),
        CallError::NotActive { module, state } => format!("NotActive {module} {state}"),
        CallError::ShuttingDown { address, begun: false } => format!("ShuttingDown {address}"),
        CallError::ShuttingDown { address, begun: true } => format!("broken off {address}"),
        other => panic!("{other:?}"),
    }
}

/// What a sender is told whom the end of the application keeps from sending.
const fn shutting_down(kind: Kind) -> &'static str {
    match kind {
        Kind::Call | Kind::Task => "ShuttingDown target.work",
        Kind::Event => "ShuttingDown work",
    }
}

/// Receives all three.
#[derive(Debug, Clone, Default)]
struct Target {
    gate: Gate,
    journal: Journal,
}

impl Target {
    fn with_open_gate() -> Self {
        let target = Self::default();
        target.gate.open();
        target
    }

    async fn pass(&self) {
        self.journal.note("begun");
        self.gate.pass().await;
        self.journal.note("ended");
    }
}

#[module]
impl Target {
    #[task]
    async fn work(&mut self) {
        self.pass().await;
    }

    #[on_event("work")]
    async fn hear(&mut self) {
        self.pass().await;
    }
}

/// Sends from a handler.
#[derive(Debug, Clone, Default)]
struct Sender(Gate);

#[module]
impl Sender {
    #[task]
    async fn send(&mut self, ctx: &Context, kind: Kind) -> String {
        self.0.pass().await;
        send(ctx.handle(), kind).await
    }
}

#[derive(Debug, Clone)]
struct Leaked {
    handle: Handle,
    door: DoorStub,
    sender: SenderStub,
    target: TargetStub,
}

/// Keeps the application from starting, and lets out what leads into it.
#[derive(Debug, Clone, Default)]
struct Door {
    gate: Gate,
    leaked: Arc<Mutex<Option<Leaked>>>,
    fails: bool,
}

#[module]
impl Door {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        let (door, sender, target) = (ctx.stub("door")?, ctx.stub("sender")?, ctx.stub("target")?);
        self.leaked.lock().unwrap().replace(Leaked { handle: ctx.handle(), door, sender, target });
        self.gate.pass().await;
        if self.fails { Err(Error::other("jammed")) } else { Ok(()) }
    }

    #[task]
    fn knock(&mut self) {}
}

struct Starting {
    start: JoinHandle<Result<App, StartError>>,
    leaked: Leaked,
    target: Target,
    door: Gate,
}

/// An application of which the modules before the door are passive, and the others inactive.
async fn starting(order: [&str; 3], fails: bool) -> Starting {
    let (door, target) = (Door { fails, ..Door::default() }, Target::with_open_gate());
    let sender = Sender::default();
    sender.0.open();
    let add = |app: AppBuilder, name: &str| match name {
        "door" => app.module(name, door.clone()),
        "sender" => app.module(name, sender.clone()),
        _ => app.module(name, target.clone()),
    };
    let start = tokio::spawn(order.into_iter().fold(App::builder(), add).start());
    door.gate.reached(1).await;
    let leaked = door.leaked.lock().unwrap().clone().unwrap();
    Starting { start, leaked, target, door: door.gate }
}

fn of_target(handle: &Handle) -> ModuleStatistics {
    handle.statistics().module("target").unwrap().clone()
}

#[tokio::test]
async fn a_target_that_has_not_started_refuses_calls_and_tasks_and_gets_no_events() {
    for kind in KINDS {
        let Starting { start, leaked, target, door } = starting(["sender", "door", "target"], false).await;
        let refused = "NotReady target inactive";
        let expected = if kind == Kind::Event { "accepted" } else { refused };
        assert_eq!(leaked.sender.send(kind).await.unwrap(), expected, "{kind:?}");
        let counted = of_target(&leaked.handle);
        let (undelivered, not_ready) = if kind == Kind::Event { (1, 0) } else { (0, 1) };
        assert_eq!((counted.undelivered, counted.refused), (undelivered, not_ready), "{kind:?}");
        assert_eq!(send_by_stub(&leaked.target, kind).await, refused, "{kind:?}");
        balanced(&leaked.handle);
        assert!(target.journal.lines().is_empty());
        door.open();
        let app = within(start).await.unwrap().unwrap();
        within(app.shutdown()).await.unwrap();
    }
}

#[tokio::test]
async fn a_target_whose_start_failed_refuses_calls_and_tasks() {
    let Starting { start, leaked, target, door } = starting(["sender", "target", "door"], true).await;
    door.open();
    assert!(within(start).await.unwrap().is_err());
    let knocked = leaked.door.knock().await.unwrap_err();
    assert_eq!(knocked.to_string(), "module `door` is inactive and takes no calls");
    assert!(matches!(knocked, CallError::NotReady { state: Phase::Inactive, .. }), "{knocked:?}");
    assert_eq!(told(leaked.door.knock().enqueue().await.map(drop)), "NotReady door inactive");
    for kind in [Kind::Call, Kind::Task] {
        assert_eq!(send_by_stub(&leaked.target, kind).await, "NotReady target inactive", "{kind:?}");
    }
    assert!(target.journal.lines().is_empty());
}

#[tokio::test]
async fn a_target_that_is_finalised_refuses_calls_and_tasks_and_nobody_sends_events() {
    let target = Target::default();
    let app = App::builder().module("target", target.clone()).start().await.unwrap();
    let handle = app.handle();
    within(app.shutdown()).await.unwrap();
    for (kind, refused) in [
        (Kind::Call, "NotReady target inactive"),
        (Kind::Task, "NotReady target inactive"),
        (Kind::Event, "ShuttingDown work"),
    ] {
        assert_eq!(send(handle.clone(), kind).await, refused, "{kind:?}");
    }
    assert!(target.journal.lines().is_empty());
    balanced(&handle);
}

#[tokio::test]
async fn a_target_that_is_passive_before_the_start_of_all_takes_everything() {
    for kind in KINDS {
        let Starting { start, leaked, target, door } = starting(["sender", "target", "door"], false).await;
        assert_eq!(leaked.handle.phase("target"), Some(Phase::Passive));
        assert_eq!(leaked.sender.send(kind).await.unwrap(), "accepted", "{kind:?}");
        assert_eq!(send_by_stub(&leaked.target, kind).await, "accepted", "{kind:?}");
        within(async {
            while of_target(&leaked.handle).handled < 2 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!(target.journal.lines(), ["begun", "ended", "begun", "ended"], "{kind:?}");
        door.open();
        let app = within(start).await.unwrap().unwrap();
        balanced(&leaked.handle);
        within(app.shutdown()).await.unwrap();
    }
}

#[tokio::test]
async fn a_target_that_is_active_takes_everything() {
    for kind in KINDS {
        let target = Target::with_open_gate();
        let app = App::builder().module("target", target.clone()).start().await.unwrap();
        assert_eq!(send(app.handle(), kind).await, "accepted", "{kind:?}");
        within(app.quiesce()).await;
        assert_eq!(target.journal.lines(), ["begun", "ended"], "{kind:?}");
    }
}

/// An application with a handler that is about to send when the end has come so far.
async fn sent_after(time: Duration, kind: Kind, from_outside: &str) -> (String, Target, Handle) {
    let (sender, target) = (Sender::default(), Target::with_open_gate());
    let app = App::builder()
        .module("sender", sender.clone())
        .module("target", target.clone())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let sending = tokio::spawn(handle.exec_task("sender.send", args! { kind: kind }));
    sender.0.reached(1).await;
    let ending = tokio::spawn(app.shutdown());
    tokio::time::sleep(time).await;
    assert_eq!(handle.phase("target"), Some(Phase::Passive));
    assert_eq!(send(handle.clone(), kind).await, from_outside, "{kind:?}");
    sender.0.open();
    let answer = within(sending).await.unwrap().unwrap().get::<String>().unwrap();
    within(ending).await.unwrap().unwrap();
    (answer, target, handle)
}

#[tokio::test(start_paused = true)]
async fn a_target_that_stops_takes_what_handlers_send_in_the_first_half() {
    for kind in KINDS {
        let (answer, target, handle) = sent_after(Duration::from_secs(1), kind, shutting_down(kind)).await;
        assert_eq!(answer, "accepted", "{kind:?}");
        assert_eq!(target.journal.lines(), ["begun", "ended"], "{kind:?}");
        balanced(&handle);
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_that_stops_refuses_everybody_in_the_second_half() {
    for kind in KINDS {
        let (answer, target, handle) = sent_after(Duration::from_secs(6), kind, shutting_down(kind)).await;
        assert_eq!(answer, shutting_down(kind), "{kind:?}");
        assert!(target.journal.lines().is_empty());
        balanced(&handle);
    }
}

/// Acts on its own before and after it may.
#[derive(Debug, Clone, Default)]
struct Hasty(Journal);

#[module]
impl Hasty {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) {
        for kind in KINDS {
            self.0.note(send(ctx.handle(), kind).await);
        }
    }

    #[finalize]
    async fn end(&mut self, ctx: &Context) {
        for kind in KINDS {
            self.0.note(send(ctx.handle(), kind).await);
        }
    }
}

#[tokio::test]
async fn a_sender_that_is_not_active_must_not_act_on_its_own() {
    let (hasty, target) = (Hasty::default(), Target::default());
    let app =
        App::builder().module("target", target.clone()).module("hasty", hasty.clone()).start().await.unwrap();
    assert_eq!(hasty.0.take(), ["NotActive hasty inactive"; 3]);
    within(app.shutdown()).await.unwrap();
    assert_eq!(hasty.0.take(), ["NotActive hasty passive"; 3]);
    assert!(target.journal.lines().is_empty());
}

/// An application that ends while one message has begun and one waits.
struct Ending {
    handle: Handle,
    target: Target,
    begun: JoinHandle<String>,
    waiting: JoinHandle<String>,
    ended: JoinHandle<Result<(), AppError>>,
}

async fn ending_with(kind: Kind) -> Ending {
    let target = Target::default();
    let app = App::builder().module("target", target.clone()).start().await.unwrap();
    let handle = app.handle();
    let begun = tokio::spawn(send(handle.clone(), kind));
    target.gate.reached(1).await;
    let waiting = tokio::spawn(send(handle.clone(), kind));
    while of_target(&handle).queued == 0 {
        tokio::task::yield_now().await;
    }
    let ended = tokio::spawn(app.shutdown());
    Ending { handle, target, begun, waiting, ended }
}

#[tokio::test(start_paused = true)]
async fn an_orderly_end_serves_what_waits_until_half_of_the_deadline() {
    for kind in KINDS {
        let ending = ending_with(kind).await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        ending.target.gate.open();
        within(ending.ended).await.unwrap().unwrap();
        for sent in [ending.begun, ending.waiting] {
            assert_eq!(within(sent).await.unwrap(), "accepted", "{kind:?}");
        }
        assert_eq!(ending.target.journal.lines(), ["begun", "ended", "begun", "ended"], "{kind:?}");
        balanced(&ending.handle);
    }
}

#[tokio::test(start_paused = true)]
async fn an_orderly_end_lets_what_has_begun_end_and_gives_back_what_waits() {
    for kind in KINDS {
        let ending = ending_with(kind).await;
        tokio::time::sleep(Duration::from_secs(6)).await;
        let answer = if kind == Kind::Call { "ShuttingDown target.work" } else { "accepted" };
        assert_eq!(within(ending.waiting).await.unwrap(), answer, "{kind:?}");
        ending.target.gate.open();
        within(ending.ended).await.unwrap().unwrap();
        assert_eq!(within(ending.begun).await.unwrap(), "accepted", "{kind:?}");
        assert_eq!(ending.target.journal.lines(), ["begun", "ended"], "{kind:?}");
        let counted = of_target(&ending.handle);
        assert_eq!((counted.handled, counted.failed, counted.undelivered), (1, 0, 1), "{kind:?}");
        balanced(&ending.handle);
    }
}

#[tokio::test(start_paused = true)]
async fn a_forced_end_drops_and_names_what_has_begun_and_gives_back_what_waits() {
    for kind in KINDS {
        let ending = ending_with(kind).await;
        let error = within(ending.ended).await.unwrap().unwrap_err();
        let AppError::Late(late) = &error else { panic!("{error:?}") };
        let named: Vec<&str> = late.iter().map(|late| late.handler.as_str()).collect();
        assert_eq!(named, [if kind == Kind::Event { "target.hear" } else { "target.work" }]);
        let (begun, waiting) = match kind {
            Kind::Call => ("broken off target.work", "ShuttingDown target.work"),
            Kind::Task | Kind::Event => ("accepted", "accepted"),
        };
        assert_eq!(within(ending.begun).await.unwrap(), begun, "{kind:?}");
        assert_eq!(within(ending.waiting).await.unwrap(), waiting, "{kind:?}");
        assert_eq!(ending.target.journal.lines(), ["begun"], "{kind:?}");
        let counted = of_target(&ending.handle);
        assert_eq!((counted.handled, counted.failed, counted.undelivered), (0, 1, 1), "{kind:?}");
        balanced(&ending.handle);
    }
}

/// Occupies its thread until it may go on.
#[derive(Debug, Clone, Default)]
struct Occupier(looselycoupled_tests::Gate);

#[module]
impl Occupier {
    #[task]
    fn occupy(&mut self) {
        self.0.pass_blocking();
    }
}

/// The loop's task takes whole lanes; what it has in hand waits all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_orderly_end_leaves_what_the_loop_has_in_hand_undelivered() {
    let module = Occupier::default();
    let app = App::builder()
        .module("occupier", module.clone())
        .shutdown_deadline(Duration::from_secs(2))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let stub: OccupierStub = handle.stub("occupier").unwrap();
    stub.occupy().enqueue().await.unwrap();
    module.0.reached(1).await;
    stub.occupy().priority(Priority::Low).enqueue().await.unwrap();
    for _ in 0..5 {
        stub.occupy().enqueue().await.unwrap();
    }
    module.0.let_one_pass();
    module.0.reached(2).await;
    let undelivered = || handle.statistics().module("occupier").unwrap().undelivered;
    let ending = tokio::spawn(app.shutdown());
    // The one that is in nobody's hand tells when the queue closes.
    within(async {
        while undelivered() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    module.0.open();
    let _late_or_not = within(ending).await.unwrap();
    assert_eq!((module.0.arrived(), undelivered()), (2, 5));
    looselycoupled_tests::balanced(&handle);
}
