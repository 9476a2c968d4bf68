//! What loops tell of themselves.

use looselycoupled::prelude::*;
use looselycoupled::{EventStream, LoopOptions};
use looselycoupled_tests::{Gate, Journal, settle, within};

use super::{Meter, app};

const NAMES: [&str; 4] = ["loop_started", "loop_active", "loop_idle", "loop_stopped"];

/// Writes down what is told, as `bus active`.
fn note(handle: &Handle, journal: &Journal) {
    for name in NAMES {
        let journal = journal.clone();
        let callback = handle.on(name, move |event| {
            let (of, what) = (event.field::<String>("event_loop").unwrap(), &name["loop_".len()..]);
            journal.note(format!("{of} {what}"));
            async {}
        });
        callback.forever();
    }
}

async fn next(stream: &mut EventStream) -> String {
    within(stream.next()).await.unwrap().field("event_loop").unwrap()
}

#[tokio::test]
async fn a_loop_tells_when_it_starts_works_rests_and_stops() {
    let app = App::builder().start().await.unwrap();
    let (handle, journal) = (app.handle(), Journal::default());
    note(&handle, &journal);
    let bus = handle.open_loop("bus", LoopOptions::new()).unwrap();
    settle(&app).await;
    assert_eq!(journal.take(), ["bus started"]);
    let (object, gate) = (bus.host(1), Gate::default());
    let waits = gate.clone();
    let work = object.call_async(move |_| Box::pin(async move { waits.pass().await }));
    work.enqueue().await.unwrap();
    within(gate.reached(1)).await;
    assert_eq!(journal.take(), ["bus active"]);
    gate.open();
    settle(&app).await;
    assert_eq!(journal.take(), ["bus idle"]);
    drop(object);
    bus.close().await;
    settle(&app).await;
    assert_eq!(journal.take(), ["bus stopped"]);
}

#[tokio::test]
async fn loops_of_modules_tell_as_well() {
    let app = app(Meter::default()).await;
    let handle = app.handle();
    let [_, mut active, mut idle, mut stopped] = NAMES.map(|name| handle.subscribe(name));
    handle.enqueue_task("meter.read", args! {}).await.unwrap();
    assert_eq!((next(&mut active).await, next(&mut idle).await), ("bus".to_owned(), "bus".to_owned()));
    app.shutdown().await.unwrap();
    assert_eq!(next(&mut stopped).await, "bus");
}

/// Hears of the start of all loops.
#[derive(Default)]
struct Clerk {
    started: Vec<String>,
}

#[module]
impl Clerk {
    #[on_event]
    fn on_loop_started(&mut self, event_loop: String) {
        self.started.push(event_loop);
    }

    #[task]
    fn started(&self) -> Vec<String> {
        self.started.clone()
    }
}

#[tokio::test]
async fn a_module_hears_of_the_start_of_loops() {
    let app = App::builder()
        .module("clerk", Clerk::default())
        .module_on("bus", "meter", Meter::default())
        .start()
        .await
        .unwrap();
    settle(&app).await;
    let clerk: ClerkStub = app.handle().stub("clerk").unwrap();
    assert_eq!(clerk.started().await.unwrap(), ["bus"], "those of single modules have no name");
}

/// Work that stems from such news makes none, even on the loop that it tells of.
#[tokio::test]
async fn who_is_told_on_the_loop_itself_keeps_nobody_busy() {
    let app = app(Meter::default()).await;
    let (handle, journal) = (app.handle(), Journal::default());
    let noted = journal.clone();
    let _subscription = handle.event_loop("bus").unwrap().on("loop_idle", move |_event| {
        noted.note("idle");
        async {}
    });
    handle.enqueue_task("meter.read", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(journal.lines(), ["idle"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_and_rest_alternate_however_many_are_at_it() {
    let app = app(Meter::default()).await;
    let (handle, journal) = (app.handle(), Journal::default());
    note(&handle, &journal);
    let senders = (0..4).map(|_| {
        let handle = handle.clone();
        tokio::spawn(async move {
            for _ in 0..200 {
                handle.enqueue_task("meter.read", args! {}).await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.unwrap();
    }
    settle(&app).await;
    let told = handle.subscriptions();
    let (active, idle) = (told[1].heard, told[2].heard);
    assert!(active > 0 && active == idle, "{active} times at work, {idle} times at rest");
}

/// Opens a loop before all modules are active, which tells of itself.
#[derive(Default)]
struct Early {
    own: Option<looselycoupled::EventLoop>,
}

#[module]
impl Early {
    #[initialize]
    async fn open(&mut self, ctx: &Context) -> Result<()> {
        self.own = Some(ctx.open_loop("early", LoopOptions::new())?);
        Ok(())
    }
}

#[tokio::test]
async fn a_loop_that_is_opened_during_the_start_tells_of_it_once() {
    let app = App::builder().module("clerk", Clerk::default()).module("early", Early::default());
    let app = app.module_on("bus", "meter", Meter::default()).start().await;
    let refused = app.unwrap_err();
    assert!(refused.to_string().contains("a loop or a module has that name already"), "{refused}");
    let app = App::builder().module("clerk", Clerk::default()).module("opener", Early::default());
    let app = app.module_on("bus", "meter", Meter::default()).start().await.unwrap();
    settle(&app).await;
    let clerk: ClerkStub = app.handle().stub("clerk").unwrap();
    assert_eq!(clerk.started().await.unwrap(), ["early", "bus"]);
}

/// Work that comes while the loop is busy with such news is told of, too.
#[tokio::test]
async fn work_that_comes_while_the_loop_hears_news_is_told_of() {
    let app = app(Meter::default()).await;
    let (handle, gate) = (app.handle(), Gate::default());
    let waits = gate.clone();
    handle.event_loop("bus").unwrap().once("loop_idle", move |_event| async move { waits.pass().await });
    let [_, mut active, mut idle, _] = NAMES.map(|name| handle.subscribe(name));
    handle.enqueue_task("meter.read", args! {}).await.unwrap();
    within(gate.reached(1)).await;
    assert_eq!((next(&mut active).await, next(&mut idle).await), ("bus".to_owned(), "bus".to_owned()));
    handle.enqueue_task("meter.read", args! {}).await.unwrap();
    gate.open();
    assert_eq!((next(&mut active).await, next(&mut idle).await), ("bus".to_owned(), "bus".to_owned()));
}

/// A callback whose line is full hears of its own loop without locking itself out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_callback_hears_of_its_own_loop() {
    looselycoupled_tests::quiet();
    let app = app(Meter::default()).await;
    let handle = app.handle();
    let bus = handle.event_loop("bus").unwrap();
    let _both = ["loop_active", "loop_idle"].map(|name| bus.on(name, |_event| async {}).capacity(1));
    let _ticks = bus.on("tick", |_event| async {}).capacity(1);
    let senders = [(); 3].map(|()| {
        let handle = handle.clone();
        tokio::spawn(async move {
            for _ in 0..500 {
                handle.trigger_event("tick", args! {}).await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    });
    for sender in senders {
        within(sender).await.unwrap();
    }
    settle(&app).await;
}
