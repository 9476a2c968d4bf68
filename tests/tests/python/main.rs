//! Processes of MrEventLoop (Python) and of this framework at one broker, whoever hosts it: the scenarios of its own tests, with one half
//! replaced by ours.
//!
//! `bash .ci/python` installs what that takes and runs these; where `MREVENTLOOP_PYTHON` names no Python that has it, they are skipped.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod peers;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderState, ZeroMq};
use looselycoupled_tests::{Scratch, within};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Counts up, and tells how far it is.
#[derive(Default)]
struct Producer {
    counter: i64,
}

#[module(emits(produced(product: String)))]
impl Producer {
    #[on_event]
    async fn on_request_produce_a(&mut self, ctx: &Context) -> Result<()> {
        self.produce(ctx, 1).await
    }

    #[on_event]
    async fn on_request_produce_b(&mut self, ctx: &Context, x: i64, y: i64) -> Result<()> {
        self.produce(ctx, x + y).await
    }

    #[task]
    fn counter(&self) -> i64 {
        self.counter
    }
}

impl Producer {
    async fn produce(&mut self, ctx: &Context, more: i64) -> Result<()> {
        self.counter += more;
        ctx.trigger_event("produced", args! { product: self.counter.to_string() }).await.map(drop)
    }
}

/// Asks for products, and keeps them.
#[derive(Default)]
struct Consumer {
    content: Vec<String>,
}

#[module(emits(request_produce_a(), request_produce_b(x: i64, y: i64)))]
impl Consumer {
    #[on_event]
    fn on_produced(&mut self, product: String) {
        self.content.push(product);
    }

    #[task]
    async fn request(&self, ctx: &Context) -> Result<()> {
        for wanted in [None, None, None, Some((0, 0)), Some((2, 1)), None] {
            match wanted {
                None => ctx.trigger_event("request_produce_a", args! {}).await?,
                // In another order than they are declared.
                Some((x, y)) => ctx.trigger_event("request_produce_b", args! { y: y, x: x }).await?,
            };
        }
        Ok(())
    }

    #[task]
    fn content(&self) -> Vec<String> {
        self.content.clone()
    }
}

const PRODUCTS: [&str; 6] = ["1", "2", "3", "3", "6", "7"];

/// A Python that has MrEventLoop.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("MREVENTLOOP_PYTHON").map(PathBuf::from);
    if python.is_none() {
        assert!(std::env::var_os("REQUIRE_PYTHON").is_none(), "MREVENTLOOP_PYTHON names no Python");
        eprintln!("SKIPPED: no MREVENTLOOP_PYTHON");
    }
    python
}

/// Where they meet.
struct House(Scratch);

impl House {
    fn new() -> Self {
        Self(Scratch::new())
    }

    fn endpoints(&self) -> [String; 2] {
        ["out", "in"].map(|end| format!("ipc://{}", self.0.path(end).display()))
    }

    fn peer(&self, name: &str) -> AppBuilder {
        let [publishes, takes] = self.endpoints();
        routed(App::builder().process(name).provider("python", ZeroMq::connect(&publishes, &takes)))
    }

    fn host(&self, name: &str) -> AppBuilder {
        let [publishes, takes] = self.endpoints();
        routed(App::builder().process(name).provider("python", ZeroMq::host(&publishes, &takes)))
    }

    /// A process of Python that is ready.
    async fn python(&self, python: &Path, role: &str) -> Process {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/peer.py");
        let mut command = Command::new(python);
        command.arg(script).arg(role).args(self.endpoints());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut process = Process { child, lines };
        assert_eq!(process.line().await, r#""ready""#);
        process
    }
}

fn routed(app: AppBuilder) -> AppBuilder {
    let events = ["greet", "greeted", "begin", "produced", "request_produce_a", "request_produce_b"];
    events.into_iter().fold(app, |app, event| app.route_event(event, "python"))
}

struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    async fn line(&mut self) -> String {
        within(self.lines.next_line()).await.unwrap().unwrap()
    }

    /// It ends in good order.
    async fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(within(self.child.wait()).await.unwrap().success());
    }
}

/// A running application that is connected.
async fn start(builder: AppBuilder) -> App {
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    let mut changes = handle.subscribe("provider_state");
    while handle.providers()[0].state != ProviderState::Connected {
        within(changes.next()).await.unwrap();
    }
    app
}

/// Python's own peers do not know when they are connected, so they are greeted until they answer.
async fn greet(app: &App, role: &str) {
    let mut greeted = app.handle().subscribe("greeted");
    let answered = async {
        loop {
            app.handle().trigger_event("greet", args! {}).await.unwrap();
            while let Ok(event) = tokio::time::timeout(Duration::from_millis(50), greeted.next()).await {
                // Nobody here declares the name of its field, so it is a list.
                if event.unwrap().value().unwrap().as_list().unwrap()[0].as_text() == Some(role) {
                    return;
                }
            }
        }
    };
    within(answered).await;
}
