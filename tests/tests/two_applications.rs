//! Two applications in one process: in the eyes of the one, the other's handlers are outside.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail fail their test")]

use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled::{EventError, Metadata, Phase};
use looselycoupled_tests::{Gate, Journal, balanced, begin, settle, within};

/// A way into an application that is there later.
type Slot<T> = Arc<Mutex<Option<T>>>;

fn filled<T>(value: T) -> Slot<T> {
    Arc::new(Mutex::new(Some(value)))
}

/// Crosses over to the other application, by whatever way it was given.
#[derive(Debug, Clone, Default)]
struct Bridge {
    other: Slot<Handle>,
    gate: Gate,
    journal: Journal,
}

impl Bridge {
    fn to(other: Handle) -> Self {
        Self { other: filled(other), ..Self::default() }
    }

    fn other(&self) -> Handle {
        self.other.lock().unwrap().clone().unwrap()
    }
}

#[module]
impl Bridge {
    /// Calls, puts in line and notifies over there, and notes what came of it.
    #[task]
    async fn cross(&mut self, address: String, event: String) {
        let other = self.other();
        match other.exec_task(&address, args! {}).await {
            Ok(reply) => self.journal.note(format!("called: {}", reply.value())),
            Err(error) => self.journal.note(format!("call: {error}")),
        }
        if let Err(error) = other.enqueue_task(&address, args! {}).await {
            self.journal.note(format!("task: {error}"));
        }
        if let Err(error) = other.trigger_event(&event, args! {}).await {
            self.journal.note(format!("event: {error}"));
            assert!(matches!(error, Error::Event { cause, .. }
                if matches!(*cause, EventError::NotActive { .. } | EventError::ShuttingDown)));
        }
    }

    /// Waits before the gate, then calls over there.
    #[task]
    async fn cross_late(&mut self, address: String) -> Result<u64> {
        self.gate.pass().await;
        Ok(self.other().exec_task(&address, args! {}).await?.get()?)
    }
}

/// Tells what it knows of the message that it handles, and hears a bell.
#[derive(Debug, Clone, Default)]
struct Witness(Journal);

#[module]
impl Witness {
    #[task]
    fn look(&self, ctx: &Context) -> u64 {
        let Metadata { source, parent, depth, priority, .. } = ctx.metadata();
        self.0.note(format!("{source:?} {} {depth} {priority}", parent.is_some()));
        u64::from(depth)
    }

    #[task]
    fn transaction(&self, ctx: &Context) -> String {
        ctx.metadata().transaction.to_string()
    }

    #[on_event]
    fn on_bell(&self, ctx: &Context) {
        self.0.note(format!("bell from {:?}", ctx.metadata().source));
    }
}

/// Gives its context away while it starts, and stays there until the gate lets it pass.
#[derive(Debug, Clone, Default)]
struct Starter {
    gate: Gate,
    given: Slot<Handle>,
    context: Slot<Context>,
}

#[module]
impl Starter {
    #[initialize]
    async fn give_away(&mut self, ctx: &Context) {
        *self.given.lock().unwrap() = Some(ctx.handle());
        *self.context.lock().unwrap() = Some(ctx.clone());
        self.gate.pass().await;
    }
}

async fn bridge_to(other: Handle) -> (App, Bridge, BridgeStub) {
    let bridge = Bridge::to(other);
    let app = App::builder().module("bridge", bridge.clone()).start().await.unwrap();
    let stub = app.handle().stub("bridge").unwrap();
    (app, bridge, stub)
}

#[tokio::test]
async fn a_handler_of_the_one_is_an_outsider_to_the_other() {
    let witness = Witness::default();
    let far = App::builder().module("witness", witness.clone()).start().await.unwrap();
    let (near, bridge, _) = bridge_to(far.handle()).await;
    let arguments = args! { address: "witness.look", event: "bell" };
    within(near.handle().exec_task("bridge.cross", arguments).priority(Priority::High)).await.unwrap();
    settle(&far).await;
    settle(&near).await;
    assert_eq!(bridge.journal.lines(), ["called: 0"]);
    assert_eq!(witness.0.lines(), ["None false 0 normal", "None false 0 normal", "bell from None"]);
    balanced(&far.handle());
    balanced(&near.handle());
}

#[tokio::test]
async fn a_transaction_does_not_go_over_from_the_one_to_the_other() {
    /// Looks at both sides.
    #[derive(Debug)]
    struct Comparing(Handle);

    #[module]
    impl Comparing {
        #[task]
        async fn compare(&self, ctx: &Context) -> Result<bool> {
            let there: String = self.0.exec_task("witness.transaction", args! {}).await?.get()?;
            let here: String = ctx.exec_task("witness.transaction", args! {}).await?.get()?;
            Ok(here == ctx.metadata().transaction.to_string() && here != there)
        }
    }

    let far = App::builder().module("witness", Witness::default()).start().await.unwrap();
    let near =
        App::builder().module("comparing", Comparing(far.handle())).module("witness", Witness::default());
    let near = near.start().await.unwrap();
    let comparing: ComparingStub = near.handle().stub("comparing").unwrap();
    assert!(within(comparing.compare()).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_deadline_does_not_go_over_from_the_one_to_the_other() {
    let far = App::builder().module("witness", Witness::default()).start().await.unwrap();
    let (near, bridge, stub) = bridge_to(far.handle()).await;
    let late = stub.cross_late("witness.look".to_owned()).timeout(Duration::from_millis(10));
    assert!(matches!(within(late).await, Err(CallError::Timeout { begun: true, .. })));
    bridge.gate.open();
    settle(&near).await;
    settle(&far).await;
    assert_eq!(far.handle().statistics().module("witness").unwrap().handled, 1);
    assert_eq!(near.handle().statistics().module("bridge").unwrap().failed, 0);
}

#[tokio::test]
async fn a_module_that_is_not_active_must_not_act_through_a_handler_of_the_other() {
    let (starter, witness) = (Starter::default(), Witness::default());
    let far = App::builder().module("witness", witness.clone()).module("starter", starter.clone());
    let mut starting = Box::pin(far.start());
    assert!(begin(&mut starting).await.is_pending());
    starter.gate.reached(1).await;
    let given = starter.given.lock().unwrap().clone().unwrap();
    assert_eq!(given.phase("witness"), Some(Phase::Passive), "it would take the call");
    let (near, bridge, stub) = bridge_to(given).await;
    within(stub.cross("witness.look".to_owned(), "bell".to_owned())).await.unwrap();
    let refusal = "module `starter` is inactive and must not call, send or notify on its own yet";
    let told = bridge.journal.take();
    assert_eq!(told[..2], [format!("call: {refusal}"), format!("task: {refusal}")]);
    assert!(
        told.len() == 3
            && told[2].starts_with("event: event `bell` was not sent: module `starter` is inactive"),
        "{told:?}"
    );

    starter.gate.open();
    let far = within(starting).await.unwrap();
    within(stub.cross("witness.look".to_owned(), "bell".to_owned())).await.unwrap();
    settle(&far).await;
    // Now it acts, in its own name, as part of what it did when it gave its handle away.
    assert_eq!(bridge.journal.lines(), ["called: 1"]);
    let source = "Some(\"starter\")";
    let looked = format!("{source} true 1 normal");
    assert_eq!(witness.0.lines(), [looked.clone(), looked, format!("bell from {source}")]);
    drop(near);
}

#[tokio::test]
async fn a_context_shows_nothing_of_a_message_that_the_other_handles() {
    /// Asks the context of a module that it does not know.
    #[derive(Debug)]
    struct Curious(Slot<Context>);

    #[module]
    impl Curious {
        #[task]
        fn look(&self) -> String {
            let context = self.0.lock().unwrap().clone().unwrap();
            let Metadata { source, parent, .. } = context.metadata();
            format!("{source:?} {}", parent.is_some())
        }
    }

    let starter = Starter::default();
    starter.gate.open();
    let far = App::builder().module("starter", starter.clone()).start().await.unwrap();
    let near = App::builder().module("curious", Curious(Arc::clone(&starter.context))).start().await.unwrap();
    let curious: CuriousStub = near.handle().stub("curious").unwrap();
    assert_eq!(within(curious.look()).await.unwrap(), "Some(\"starter\") true");
    drop(far);
}

#[tokio::test(start_paused = true)]
async fn an_application_that_ends_refuses_the_handlers_of_the_other() {
    let held = Bridge::default();
    let far = App::builder()
        .module("held", held.clone())
        .module("witness", Witness::default())
        .start()
        .await
        .unwrap();
    let (near, bridge, stub) = bridge_to(far.handle()).await;
    let holding = tokio::spawn(far.handle().exec_task("held.cross_late", args! { address: "witness.look" }));
    held.gate.reached(1).await;
    *held.other.lock().unwrap() = Some(far.handle());
    let ending = tokio::spawn(far.shutdown());
    tokio::time::sleep(Duration::from_secs(1)).await;
    within(stub.cross("witness.look".to_owned(), "bell".to_owned())).await.unwrap();
    assert_eq!(
        bridge.journal.lines(),
        [
            "call: `witness.look` was not begun: the application is ending",
            "task: `witness.look` was not begun: the application is ending",
            "event: event `bell` was not sent: the application is ending",
        ]
    );
    held.gate.open();
    // Its own handlers go on.
    let (ended, own) = within(async { tokio::join!(ending, holding) }).await;
    ended.unwrap().unwrap();
    assert_eq!(own.unwrap().unwrap().get::<u64>().unwrap(), 1);
    settle(&near).await;
}

/// Calls its like in the other application, as often as there are times, each call with its own; zero is none.
#[derive(Debug, Clone, Default)]
struct Echo {
    other: Slot<Handle>,
    journal: Journal,
}

#[module]
impl Echo {
    #[task]
    async fn around(&mut self, times: Vec<u64>) -> Result<()> {
        let Some((time, rest)) = times.split_first() else { return Ok(()) };
        let other = self.other.lock().unwrap().clone().unwrap();
        let call = other.exec_task("echo.around", args! { times: rest });
        let call = if *time == 0 { call } else { call.timeout(Duration::from_millis(*time)) };
        match call.await {
            Ok(_) => self.journal.note("answered"),
            Err(error) => self.journal.note(error),
        }
        Ok(())
    }
}

/// Goes from one application to the other and back to the handler that waits there; what the two handlers were told.
async fn around(times: [u64; 2]) -> [Vec<String>; 2] {
    let echoes = [Echo::default(), Echo::default()];
    let one = App::builder().module("echo", echoes[0].clone()).start().await.unwrap();
    let other = App::builder().module("echo", echoes[1].clone()).start().await.unwrap();
    *echoes[0].other.lock().unwrap() = Some(other.handle());
    *echoes[1].other.lock().unwrap() = Some(one.handle());
    within(one.handle().exec_task("echo.around", args! { times })).await.unwrap();
    settle(&other).await;
    settle(&one).await;
    for app in [one, other] {
        balanced(&app.handle());
        within(app.shutdown()).await.unwrap();
    }
    echoes.map(|echo| echo.journal.take())
}

#[tokio::test(start_paused = true)]
async fn a_circle_through_the_other_ends_by_the_deadline_of_any_call_on_the_way() {
    let back = around([0, 50]).await;
    assert_eq!(back, [["answered"], ["`echo.around` did not begin in time"]]);
    let out = around([50, 0]).await;
    let late = "`echo.around` did not answer in time; it has begun and runs to its end";
    assert_eq!(out, [[late], ["answered"]]);
}
