//! Events of one module go to a task of another, or are sent again in its name, as whoever wires them says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unused_self,
    reason = "handlers that fail fail their test"
)]

mod arguments;
mod configured;
mod crowd;
mod delivery;
mod faults;
mod forwards;
mod losses;
mod mreventloop;
mod verbs;

use looselycoupled::AppBuilder;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, settle};

/// Something was made.
#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Made {
    what: String,
    weight: u8,
}

/// Where something is.
#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Placed(u8, u8);

/// Sends what it is told to. It names two of its events.
#[derive(Debug, Clone, Default)]
struct Producer;

#[module(emits(produced(what: String, weight: u8), "line.stopped"))]
impl Producer {
    #[task]
    async fn produce(&self, ctx: &Context, what: String) -> Result<usize> {
        ctx.trigger_event("produced", args! { what: what, weight: 7 }).await
    }

    #[task]
    async fn make(&self, ctx: &Context, what: String) -> Result<usize> {
        ctx.trigger(Made { what, weight: 7 }).await
    }

    #[task]
    async fn stop(&self, ctx: &Context) -> Result<usize> {
        ctx.trigger_event("line.stopped", args! {}).await
    }
}

/// Sends anything, and names nothing.
#[derive(Debug, Clone, Default)]
struct Speaker;

#[module]
impl Speaker {
    #[task]
    async fn say(&self, ctx: &Context, event: String, word: String) -> Result<usize> {
        ctx.trigger_event(&event, args! { word: word }).await
    }

    #[task]
    async fn pair(&self, ctx: &Context, event: String) -> Result<usize> {
        ctx.trigger_event(&event, args! { first: 1, second: 2 }).await
    }

    #[task]
    async fn place(&self, ctx: &Context) -> Result<usize> {
        ctx.trigger(Placed(3, 4)).await
    }
}

/// Notes what its tasks are given.
#[derive(Debug, Clone, Default)]
struct Consumer {
    journal: Journal,
    gate: Gate,
}

#[module]
impl Consumer {
    #[task]
    fn on_produced(&mut self, what: String) {
        self.journal.note(what);
    }

    #[task]
    async fn on_line_stopped(&mut self) {
        self.journal.note("stopped");
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[task]
    fn subtract(&mut self, x: i32, y: i32) {
        self.journal.note(x - y);
    }

    #[task]
    fn weigh(&mut self, weight: u8, #[default(1)] factor: u8) {
        self.journal.note(weight * factor);
    }

    #[task]
    async fn fail(&mut self) -> Result<()> {
        Err(Error::other("it is broken"))
    }

    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task(local)]
    fn inspect(&self, _secret: std::time::Instant) {}

    #[on_event]
    fn on_word(&mut self, word: String) {
        self.journal.note(format!("heard {word}"));
    }
}

/// An application in which nothing is connected yet.
struct Bench {
    app: App,
    handle: Handle,
    /// Of the consumer.
    journal: Journal,
    gate: Gate,
}

fn builder(consumer: &Consumer) -> AppBuilder {
    App::builder()
        .module("producer", Producer)
        .module("speaker", Speaker)
        .module("consumer", consumer.clone())
}

async fn bench() -> Bench {
    bench_with(|builder| builder).await
}

async fn bench_with(more: impl FnOnce(AppBuilder) -> AppBuilder) -> Bench {
    let consumer = Consumer::default();
    let app = more(builder(&consumer)).start().await.unwrap();
    Bench { handle: app.handle(), app, journal: consumer.journal, gate: consumer.gate }
}

impl Bench {
    async fn produce(&self, what: &str) -> usize {
        self.told("producer.produce", args! { what: what }).await
    }

    async fn say(&self, event: &str, word: &str) -> usize {
        self.told("speaker.say", args! { event: event, word: word }).await
    }

    /// How many heard the event that a task sent.
    async fn told(&self, task: &str, arguments: Arguments) -> usize {
        self.handle.exec_task(task, arguments).await.unwrap().get().unwrap()
    }

    /// What the consumer noted until nothing was left to do.
    async fn noted(&self) -> Vec<String> {
        settle(&self.app).await;
        looselycoupled_tests::balanced(&self.handle);
        self.journal.take()
    }
}
