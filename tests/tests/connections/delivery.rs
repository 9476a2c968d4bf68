//! What a connected task gets, and as what.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread;

use looselycoupled::prelude::*;
use looselycoupled::{Metadata, Wire};
use looselycoupled_tests::{Gate, Journal, Witness, balanced, quiet, settle, within};

use super::{Consumer, Producer, Speaker, SpeakerStub, bench, bench_with};

#[tokio::test]
async fn an_event_of_one_module_goes_to_a_task_of_another() {
    let bench = bench().await;
    bench.handle.connect("producer/produced", "consumer.on_produced").unwrap();
    assert_eq!(bench.produce("salt").await, 1, "the task counts as one who hears");
    assert_eq!(bench.noted().await, ["salt"]);
    assert_eq!(bench.handle.statistics().unheard_events, 0);
}

#[tokio::test]
async fn the_same_event_of_others_does_not() {
    let bench = bench().await;
    bench.handle.connect("producer/produced", "consumer.on_produced").unwrap();
    assert_eq!(bench.say("produced", "speech").await, 0);
    let from_outside = bench.handle.trigger_event("produced", args! { what: "rain" });
    assert_eq!(from_outside.await.unwrap(), 0);
    assert_eq!(bench.told("producer.stop", args! {}).await, 0, "nor do other events of the module");
    assert!(bench.noted().await.is_empty());
}

#[tokio::test]
async fn one_event_goes_to_many_tasks_in_the_order_in_which_they_were_connected() {
    let bench = bench().await;
    for task in ["weigh", "on_produced"] {
        bench.handle.connect("producer/produced", &format!("consumer.{task}")).unwrap();
    }
    assert_eq!(bench.produce("salt").await, 2);
    assert_eq!(bench.noted().await, ["7", "salt"]);
}

#[tokio::test]
async fn handlers_hear_an_event_before_the_tasks_that_are_connected_to_it() {
    let bench = bench().await;
    bench.handle.connect("speaker/word", "consumer.note").unwrap();
    let mut stream = bench.handle.subscribe("word");
    assert_eq!(bench.say("word", "salt").await, 3);
    assert_eq!(bench.noted().await, ["heard salt", "salt"]);
    assert_eq!(within(stream.next()).await.unwrap().name(), "word");
}

/// Keeps what it knows of each message.
#[derive(Debug, Clone, Default)]
struct Clerk {
    known: Arc<Mutex<Vec<Metadata>>>,
    notices: Journal,
}

#[module]
impl Clerk {
    #[task]
    fn file(&mut self, ctx: &Context) {
        self.known.lock().unwrap().push(ctx.metadata());
    }

    #[on_event]
    fn on_produced(&mut self, ctx: &Context) {
        self.known.lock().unwrap().push(ctx.metadata());
    }

    #[on_event]
    fn on_becoming_idle(&mut self) {
        self.notices.note("idle");
    }
}

#[tokio::test]
async fn a_connected_task_inherits_what_a_handler_inherits() {
    let clerk = Clerk::default();
    let bench = bench_with(|builder| builder.module("clerk", clerk.clone())).await;
    bench.handle.connect("producer/produced", "clerk.file").unwrap();
    let call = bench.handle.exec_task("producer.produce", args! { what: "salt" });
    call.priority(Priority::High).await.unwrap();
    settle(&bench.app).await;
    let known = clerk.known.lock().unwrap();
    let [handler, task] = &known[..] else { panic!("{known:?}") };
    assert_eq!((task.transaction, task.parent), (handler.transaction, handler.parent));
    assert_eq!((task.source.as_deref(), task.priority), (Some("producer"), Priority::High));
    assert_eq!((task.depth, task.parent.is_some()), (handler.depth, true));
}

/// Says something as soon as nothing is left to do.
#[derive(Debug, Clone, Default)]
struct Idler;

#[module]
impl Idler {
    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("bored", args! { word: "bored" }).await.map(drop)
    }
}

#[tokio::test]
async fn what_stems_from_becoming_idle_earns_no_further_one() {
    let clerk = Clerk::default();
    let bench = bench_with(|builder| builder.module("idler", Idler).module("clerk", clerk.clone())).await;
    bench.handle.connect("idler/bored", "consumer.note").unwrap();
    bench.handle.enqueue_task("consumer.note", args! { word: "work" }).await.unwrap();
    assert_eq!(bench.noted().await, ["work", "bored"]);
    assert_eq!(clerk.notices.lines(), ["idle"]);
}

#[tokio::test]
async fn the_error_of_a_connected_task_becomes_an_exception_with_its_address() {
    let witness = Witness::default();
    let bench = bench_with(|builder| builder.module("witness", witness.clone())).await;
    bench.handle.connect("producer/produced", "consumer.fail").unwrap();
    bench.produce("salt").await;
    settle(&bench.app).await;
    assert_eq!(witness.0.lines(), ["consumer.fail: it is broken"]);
    let statistics = bench.handle.statistics();
    assert_eq!(statistics.module("consumer").unwrap().failed, 1);
    assert_eq!(statistics.module("producer").unwrap().failed, 0, "its sender is none the wiser");
}

#[derive(Debug, Clone, Default)]
struct Wide {
    gate: Gate,
    journal: Journal,
}

#[module(concurrent)]
impl Wide {
    #[task]
    async fn take(&self, what: String) {
        self.gate.pass().await;
        self.journal.note(what);
    }
}

#[tokio::test]
async fn events_overlap_in_a_concurrent_module() {
    let wide = Wide::default();
    let bench = bench_with(|builder| builder.module("wide", wide.clone())).await;
    bench.handle.connect("producer/produced", "wide.take").unwrap();
    for what in ["salt", "sand"] {
        bench.produce(what).await;
    }
    wide.gate.reached(2).await;
    wide.gate.open();
    settle(&bench.app).await;
    let mut taken = wide.journal.lines();
    taken.sort();
    assert_eq!(taken, ["salt", "sand"]);
}

#[tokio::test]
async fn modules_on_one_loop_are_connected_like_any_others() {
    let consumer = Consumer::default();
    let app = App::builder()
        .module_on("bus", "producer", Producer)
        .module_on("bus", "consumer", consumer.clone())
        .connect("producer/produced", "consumer.on_produced")
        .start()
        .await
        .unwrap();
    app.handle().exec_task("producer.produce", args! { what: "salt" }).await.unwrap();
    settle(&app).await;
    assert_eq!(consumer.journal.lines(), ["salt"]);
}

#[derive(Debug, Clone, Default)]
struct Press(Arc<Mutex<Vec<(String, thread::ThreadId)>>>);

#[module]
impl Press {
    #[task(blocking)]
    fn print(&mut self, what: String) {
        self.0.lock().unwrap().push((what, thread::current().id()));
    }
}

#[tokio::test]
async fn a_blocking_task_is_connected_like_any_other() {
    let press = Press::default();
    let bench = bench_with(|builder| builder.module("press", press.clone())).await;
    bench.handle.connect("producer/produced", "press.print").unwrap();
    bench.produce("salt").await;
    settle(&bench.app).await;
    let printed = press.0.lock().unwrap();
    let [(what, on)] = &printed[..] else { panic!("{printed:?}") };
    assert_eq!((what.as_str(), *on != thread::current().id()), ("salt", true));
}

/// Lives where it was made.
#[derive(Default)]
struct Panel {
    shown: Rc<RefCell<Vec<String>>>,
}

#[module(pinned)]
impl Panel {
    #[task]
    async fn show(&mut self, what: String) {
        let shown = Rc::clone(&self.shown);
        tokio::task::yield_now().await;
        shown.borrow_mut().push(what);
    }

    #[task]
    fn shown(&self) -> Vec<String> {
        self.shown.borrow().clone()
    }
}

#[tokio::test]
async fn a_task_of_a_pinned_module_is_connected_like_any_other() {
    let bench = bench_with(|builder| builder.module_pinned("io", "panel", Panel::default)).await;
    bench.handle.connect("producer/produced", "panel.show").unwrap();
    bench.produce("salt").await;
    settle(&bench.app).await;
    assert_eq!(bench.handle.stub::<PanelStub>("panel").unwrap().shown().await.unwrap(), ["salt"]);
}

#[looselycoupled::test]
async fn a_spy_takes_all_that_an_event_has() {
    let app = TestApp::new()
        .module("producer", Producer)
        .module("speaker", Speaker)
        .spy("shelf", &["put"])
        .with(|app| app.connect_all([("producer/produced", "shelf.put"), ("speaker/placed", "shelf.put")]))
        .start()
        .await;
    app.exec_task("producer.produce", args! { what: "salt" }).await.unwrap();
    app.exec_task("speaker.place", args! {}).await.unwrap();
    app.quiesce().await;
    let put: Vec<String> = app.calls("shelf.put").iter().map(|call| call.arguments().to_string()).collect();
    assert_eq!(put, ["what: \"salt\", weight: 7", "0: 3, 1: 4"]);
}

#[tokio::test(start_paused = true)]
async fn connections_stay_when_their_modules_are_made_again() {
    quiet();
    #[derive(Default)]
    struct Brittle;

    #[module]
    impl Brittle {
        #[task]
        async fn take(&mut self, ctx: &Context, word: String) -> Result<usize> {
            assert_ne!(word, "stone", "on purpose");
            ctx.trigger_event("taken", args! { word: word }).await
        }
    }

    let restart = Policy::Restart(looselycoupled::Restart::default());
    let bench =
        bench_with(|builder| builder.module_with("brittle", Brittle::default).policy("brittle", restart))
            .await;
    bench.handle.connect("speaker/said", "brittle.take").unwrap();
    bench.handle.connect("brittle/taken", "consumer.note").unwrap();
    for word in ["feather", "stone", "wool"] {
        bench.say("said", word).await;
    }
    assert_eq!(bench.noted().await, ["feather", "wool"], "what waits is served by the new instance");
    assert_eq!(bench.handle.statistics().module("brittle").unwrap().restarts, 1);
    assert_eq!(bench.handle.connections().len(), 2);
}

/// Speaks before its neighbours are there.
#[derive(Debug, Clone, Default)]
struct Early;

#[module]
impl Early {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.trigger_event("began", args! { word: "began" }).await.map(drop)
    }
}

#[tokio::test]
async fn what_code_states_is_connected_before_any_module_is_active() {
    let bench = bench_with(|builder| {
        let builder = builder.module("early", Early);
        builder
            .connect("early/began", "consumer.note")
            .connect_all([Wire::new("early/began", "consumer.hold")])
    })
    .await;
    bench.gate.reached(1).await;
    bench.gate.open();
    assert_eq!(bench.noted().await, ["began"]);
}

/// Wires others when it begins.
#[derive(Debug, Clone, Default)]
struct Fitter;

#[module]
impl Fitter {
    #[initialize]
    async fn initialize(&mut self, ctx: &Context) -> Result<()> {
        ctx.connect("speaker/said", "consumer.note").map(drop)
    }
}

#[tokio::test]
async fn a_module_connects_others_when_it_begins() {
    let bench = bench_with(|builder| builder.module("fitter", Fitter)).await;
    bench.say("said", "hello").await;
    assert_eq!(bench.noted().await, ["hello"]);
}

/// Holds up the start of what comes after it.
#[derive(Debug, Clone, Default)]
struct Door {
    gate: Gate,
    speaker: Arc<Mutex<Option<SpeakerStub>>>,
}

#[module]
impl Door {
    #[initialize]
    async fn initialize(&mut self, ctx: &Context) -> Result<()> {
        *self.speaker.lock().unwrap() = Some(ctx.stub("speaker")?);
        self.gate.pass().await;
        Ok(())
    }
}

#[tokio::test]
async fn an_event_for_a_module_that_is_not_there_is_counted_undelivered() {
    let (door, consumer) = (Door::default(), Consumer::default());
    let builder = App::builder().module("speaker", Speaker).module("door", door.clone());
    let builder = builder.module("consumer", consumer.clone()).connect("speaker/said", "consumer.note");
    let start = tokio::spawn(builder.start());
    door.gate.reached(1).await;
    let speaker = door.speaker.lock().unwrap().take().unwrap();
    assert_eq!(speaker.say("said".to_owned(), "early".to_owned()).await.unwrap(), 1);
    door.gate.open();
    let app = within(start).await.unwrap().unwrap();
    settle(&app).await;
    let handle = app.handle();
    balanced(&handle);
    assert!(consumer.journal.lines().is_empty());
    assert_eq!(handle.statistics().module("consumer").unwrap().undelivered, 1);
    assert_eq!(handle.dead_letters().letters[0].to_string(), "event `consumer.note` undelivered");
}
