//! A handler that keeps its loop for too long is named, once.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, within};

/// What all threads of this program have logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines that name a module.
fn lines(module: &str) -> Vec<String> {
    let text = String::from_utf8(log().0.lock().unwrap().clone()).unwrap();
    text.lines().filter(|line| line.contains(&format!("`{module}."))).map(str::to_owned).collect()
}

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).init();
        log
    })
}

#[derive(Debug, Clone, Default)]
struct Press {
    gate: Gate,
}

#[module]
impl Press {
    #[task]
    async fn wait(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn hog(&mut self) {
        self.gate.pass_blocking();
    }

    #[task(blocking)]
    fn wait_apart(&mut self) {
        self.gate.pass_blocking();
    }

    #[task]
    async fn pass_on(&mut self, ctx: &Context, to: String) -> Result<()> {
        ctx.stub::<PressStub>(&to)?.wait().await?;
        Ok(())
    }
}

const LIMIT: Duration = Duration::from_millis(20);

async fn start(name: &str, press: &Press) -> (App, PressStub) {
    log();
    let app = App::builder().module(name, press.clone()).watchdog(LIMIT).start().await.unwrap();
    let stub = app.handle().stub(name).unwrap();
    (app, stub)
}

fn overdue(handle: &Handle, module: &str) -> u64 {
    handle.statistics().module(module).unwrap().overdue
}

/// Waits until so many handlers of a module have been named.
async fn named(handle: &Handle, module: &str, number: u64) {
    within(async {
        while overdue(handle, module) < number {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_handler_that_keeps_its_loop_is_named_once_with_its_time() {
    let press = Press::default();
    let (app, stub) = start("suspended", &press).await;
    let handle = app.handle();
    let held = tokio::spawn(stub.wait());
    named(&handle, "suspended", 1).await;
    press.gate.let_one_pass();
    within(held).await.unwrap().unwrap();
    let held = tokio::spawn(stub.wait());
    named(&handle, "suspended", 2).await;
    press.gate.open();
    within(held).await.unwrap().unwrap();
    app.shutdown().await.unwrap();
    let lines = lines("suspended");
    assert_eq!(lines.len(), 2, "once for each: {lines:?}");
    let (_, told) = lines[0]
        .split_once("WARN looselycoupled: `suspended.wait` has kept its loop for more than ")
        .unwrap();
    // As long as the limit, or longer where the machine is busy.
    let time: f64 =
        told.strip_suffix("ms; nothing else is handled there meanwhile").unwrap().parse().unwrap();
    assert!(time >= 20.0, "{lines:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_does_not_give_its_thread_back_is_named_as_such() {
    let press = Press::default();
    let (app, stub) = start("hogged", &press).await;
    let held = tokio::spawn(stub.hog());
    named(&app.handle(), "hogged", 1).await;
    press.gate.open();
    within(held).await.unwrap().unwrap();
    assert!(lines("hogged")[0].contains("`hogged.hog` has kept its loop and its thread for more than "));
}

/// Nobody on the runtime can look while its only thread is held.
#[test]
fn a_handler_that_holds_the_only_thread_is_named_all_the_same() {
    let press = Press::default();
    let gate = press.gate.clone();
    let (told, names) = std::sync::mpsc::channel();
    let program = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (app, stub) = start("alone", &press).await;
            told.send(app.handle()).unwrap();
            stub.hog().await.unwrap();
        });
    });
    let handle = names.recv().unwrap();
    while overdue(&handle, "alone") == 0 {
        std::thread::yield_now();
    }
    gate.open();
    program.join().unwrap();
    assert!(lines("alone")[0].contains("`alone.hog` has kept its loop and its thread for more than "));
}

#[tokio::test]
async fn a_blocking_task_keeps_the_loop_of_its_module_too() {
    let press = Press::default();
    let (app, stub) = start("apart", &press).await;
    let held = tokio::spawn(stub.wait_apart());
    named(&app.handle(), "apart", 1).await;
    press.gate.open();
    within(held).await.unwrap().unwrap();
    assert!(lines("apart")[0].contains("`apart.wait_apart` has kept its loop for more than "));
}

#[tokio::test]
async fn of_a_turn_the_topmost_handler_is_named() {
    log();
    let press = Press::default();
    let app = App::builder()
        .module_on("bus", "below", press.clone())
        .module_on("bus", "above", press.clone())
        .watchdog(LIMIT)
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let held = tokio::spawn(handle.exec_task("below.pass_on", args! { to: "above" }));
    named(&handle, "above", 1).await;
    press.gate.open();
    within(held).await.unwrap().unwrap();
    assert_eq!(overdue(&handle, "below"), 0);
}

#[tokio::test]
async fn short_turns_are_not_named_however_many_there_are() {
    let press = Press::default();
    press.gate.open();
    log();
    let limit = 10 * LIMIT;
    let app = App::builder().module("brisk", press.clone()).watchdog(limit).start().await.unwrap();
    let stub: PressStub = app.handle().stub("brisk").unwrap();
    let begun = std::time::Instant::now();
    while begun.elapsed() < 2 * limit {
        stub.wait().await.unwrap();
        stub.wait().enqueue().await.unwrap();
    }
    assert_eq!(overdue(&app.handle(), "brisk"), 0, "{:?}", lines("brisk"));
}

#[tokio::test]
async fn the_limit_is_read_from_the_configuration() {
    log();
    let config = Config::parse("looselycoupled:\n  watchdog: 20ms\n", "home.yaml").unwrap();
    let press = Press::default();
    let app = App::builder().module("configured", press.clone()).config(config).start().await.unwrap();
    let handle = app.handle();
    let held = tokio::spawn(handle.exec_task("configured.wait", args! {}));
    named(&handle, "configured", 1).await;
    press.gate.open();
    within(held).await.unwrap().unwrap();
}
