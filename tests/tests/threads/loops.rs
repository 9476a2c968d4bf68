//! Event loops with a thread of their own.

use std::thread;

use looselycoupled::LoopOptions;
use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, Relay, RelayStub, balanced, quiet, settle, within};

/// Says on which thread its code runs.
#[derive(Debug, Default)]
struct Port {
    journal: Journal,
    gate: Gate,
}

fn here() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

impl Port {
    fn noting(journal: &Journal) -> Self {
        Self { journal: journal.clone(), gate: Gate::default() }
    }

    fn waiting(gate: &Gate) -> Self {
        Self { journal: Journal::default(), gate: gate.clone() }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.journal.note(format!("dropped on {}", here()));
    }
}

#[module]
impl Port {
    #[initialize]
    async fn open(&mut self) -> Result<()> {
        self.journal.note(format!("initialised on {}", here()));
        Ok(())
    }

    #[finalize]
    async fn close(&mut self) {
        self.journal.note(format!("finalised on {}", here()));
    }

    #[task]
    async fn read(&mut self, ctx: &Context) -> Result<String> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        tokio::spawn(async { tokio::task::yield_now().await }).await.map_err(Error::other)?;
        ctx.trigger_event("was_read", args! { by: here() }).await?;
        Ok(here())
    }

    /// Keeps the thread.
    #[task]
    fn block(&mut self) -> String {
        self.gate.pass_blocking();
        here()
    }

    #[task(blocking)]
    fn on_the_pool(&mut self) -> bool {
        here() != "io"
    }

    #[task]
    async fn forever(&mut self) {
        std::future::pending().await
    }

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }

    #[on_event]
    fn on_knock(&mut self) {
        self.journal.note(format!("knocked on {}", here()));
    }
}

fn io() -> LoopOptions {
    LoopOptions::new().thread(true)
}

/// The port and a relay on a thread of their own, and a relay elsewhere.
async fn start(port: Port) -> App {
    App::builder()
        .module_on("io", "port", port)
        .module_on("io", "inside", Relay::default())
        .module("outside", Relay::default())
        .event_loop("io", io())
        .start()
        .await
        .unwrap()
}

fn threads_called(name: &str) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|found| found.trim_end() == name).count()
}

#[tokio::test]
async fn everything_of_a_module_runs_on_the_thread_of_its_loop() {
    let journal = Journal::default();
    let app = start(Port::noting(&journal)).await;
    let handle = app.handle();
    let port: PortStub = handle.stub("port").unwrap();
    assert_eq!(port.read().await.unwrap(), "io");
    handle.trigger_event("knock", args! {}).await.unwrap();
    assert!(port.on_the_pool().await.unwrap(), "a blocking task has a thread of the pool, as anywhere");
    settle(&app).await;
    app.shutdown().await.unwrap();
    let told = ["initialised on io", "knocked on io", "finalised on io", "dropped on io"];
    assert_eq!(journal.lines(), told);
}

#[tokio::test]
async fn a_handler_that_keeps_its_thread_holds_up_nobody_else() {
    let gate = Gate::default();
    let app = start(Port::waiting(&gate)).await;
    let handle = app.handle();
    let blocked = tokio::spawn(handle.stub::<PortStub>("port").unwrap().block().into_future());
    within(gate.reached(1)).await;
    let outside: RelayStub = handle.stub("outside").unwrap();
    assert_eq!(within(outside.pass(Vec::new())).await.unwrap(), 1);
    gate.open();
    assert_eq!(within(blocked).await.unwrap().unwrap(), "io");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_and_events_go_in_and_out_by_stub_and_by_name() {
    let app = start(Port::default()).await;
    let handle = app.handle();
    let (mut read, port) = (handle.subscribe("was_read"), handle.stub::<PortStub>("port").unwrap());
    for _ in 0..100 {
        assert_eq!(within(port.read()).await.unwrap(), "io");
        assert_eq!(within(read.next()).await.unwrap().field::<String>("by").unwrap(), "io");
        for route in
            [&["inside.pass", "outside.pass", "inside.pass_late"][..], &["outside.pass", "inside.pass"]]
        {
            let (first, rest) = route.split_first().unwrap();
            // A route that comes back to a loop whose turn waits for it would be a circle.
            let reply = within(handle.exec_task(first, args! { route: rest })).await;
            match rest.len() {
                1 => assert_eq!(reply.unwrap().get::<usize>().unwrap(), 2),
                _ => assert!(reply.unwrap_err().to_string().contains("would wait for itself"), "{route:?}"),
            }
        }
    }
    settle(&app).await;
    balanced(&handle);
}

#[tokio::test]
async fn neighbours_on_a_thread_call_each_other_at_once() {
    let app = App::builder()
        .module_on("io", "one", Relay::default())
        .module_on("io", "other", Relay::default())
        .event_loop("io", io())
        .start()
        .await
        .unwrap();
    let one: RelayStub = app.handle().stub("one").unwrap();
    assert_eq!(within(one.pass(vec!["other.pass".to_owned()])).await.unwrap(), 2);
    let circle = within(one.pass(vec!["other.pass".to_owned(), "one.pass".to_owned()])).await.unwrap_err();
    assert!(circle.to_string().contains("one.pass → other.pass → one.pass"), "{circle}");
}

#[tokio::test]
async fn a_plain_thread_calls_a_loop_on_its_thread() {
    let app = start(Port::default()).await;
    let handle = app.handle();
    let caller = tokio::task::spawn_blocking(move || {
        thread::spawn(move || {
            handle.exec_task_blocking("port.read", args! {}).unwrap().get::<String>().unwrap()
        })
        .join()
        .unwrap()
    });
    assert_eq!(within(caller).await.unwrap(), "io");
}

#[tokio::test]
async fn a_module_on_a_thread_is_made_again_there() {
    quiet();
    let journal = Journal::default();
    let noted = journal.clone();
    let factory = move || {
        noted.note(format!("made on {}", here()));
        Port::noting(&noted)
    };
    let app = App::builder()
        .module_on_with("io", "port", factory)
        .event_loop("io", io())
        .policy("port", Policy::Restart(Restart::default().delay(Duration::ZERO, Duration::ZERO)))
        .start()
        .await
        .unwrap();
    journal.take();
    let port: PortStub = app.handle().stub("port").unwrap();
    port.burst().await.unwrap_err();
    assert_eq!(within(port.read()).await.unwrap(), "io");
    assert_eq!(journal.take(), ["dropped on io", "made on io", "initialised on io"]);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_thread_ends_with_its_application() {
    let named =
        |name: &str| App::builder().module_on(name, "port", Port::default()).event_loop(name, io()).start();
    let app = named("ends").await.unwrap();
    assert_eq!(threads_called("ends"), 1);
    app.shutdown().await.unwrap();
    // Its last code has run; the operating system takes it away in its own time.
    within(async {
        while threads_called("ends") > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let journal = Journal::default();
    let port = Port::noting(&journal);
    let app = runtime.spawn(async { start(port).await }).await.unwrap();
    let waits = app.handle().exec_task("port.forever", args! {});
    let waiting = tokio::spawn(waits.into_future());
    tokio::task::spawn_blocking(move || drop(runtime)).await.unwrap();
    within(waiting).await.unwrap().unwrap_err();
    within(async {
        while journal.count("dropped on io") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_thread_that_its_handler_keeps_is_named_and_left_behind() {
    quiet();
    let gate = Gate::default();
    let app = App::builder()
        .module("port", Port::waiting(&gate))
        .event_loop("port", io())
        .shutdown_deadline(Duration::from_millis(20))
        .start()
        .await
        .unwrap();
    let _blocked = app.handle().enqueue_task("port.block", args! {}).await.unwrap();
    within(gate.reached(1)).await;
    let late = app.shutdown().await.unwrap_err();
    assert!(late.to_string().contains("port.block"), "{late}");
    gate.open();
}

#[tokio::test]
async fn a_file_gives_a_loop_a_thread() {
    let config =
        Config::parse("looselycoupled: { loops: { port: { thread: true } } }", "config.yaml").unwrap();
    let app = App::builder().module("port", Port::default()).config(config).start().await.unwrap();
    let port: PortStub = app.handle().stub("port").unwrap();
    assert_eq!(port.read().await.unwrap(), "port");
    app.shutdown().await.unwrap();
}

#[derive(Default)]
struct Everywhere;

#[module(concurrent)]
impl Everywhere {
    #[task]
    fn work(&self) {}
}

#[tokio::test]
async fn a_concurrent_module_has_no_thread_of_its_own() {
    let refused =
        App::builder().module("port", Everywhere).event_loop("port", io()).start().await.unwrap_err();
    let told =
        "loop `port` has a thread of its own, but its module is concurrent: its handlers run on all threads";
    assert!(refused.to_string().contains(told), "{refused}");
}
