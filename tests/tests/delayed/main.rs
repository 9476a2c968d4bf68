//! Tasks and events that are sent later, once or again and again, by a clock that is paused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail fail their test")]

mod cancelling;
mod ends;
mod errors;
mod events;
mod inheritance;
mod periodic;
mod random;
mod rest;
mod room;
mod tasks;

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, Timer};
use looselycoupled_tests::{Gate, Journal, quiet};
use tokio::time::Instant;

/// The sun is down.
#[event]
#[derive(Debug, Serialize, Deserialize)]
struct Dusk {
    level: u8,
}

/// Notes what it is told, and when, in milliseconds since it was made.
#[derive(Debug, Clone)]
struct Bell {
    journal: Journal,
    gate: Gate,
    made: Instant,
}

impl Bell {
    fn new() -> Self {
        quiet();
        Self { journal: Journal::new(), gate: Gate::new(), made: Instant::now() }
    }

    fn note(&self, line: &str) {
        self.journal.note(format!("{line} {}", self.made.elapsed().as_millis()));
    }

    /// One bell, and a stub of it.
    async fn start(&self) -> (App, BellStub) {
        self.start_as(|app| app).await
    }

    async fn start_as(&self, set: impl FnOnce(AppBuilder) -> AppBuilder) -> (App, BellStub) {
        let app = set(App::builder().module("bell", self.clone())).start().await.unwrap();
        let bell = app.handle().stub("bell").unwrap();
        (app, bell)
    }
}

#[module]
impl Bell {
    #[task]
    fn ring(&mut self, word: String) {
        self.note(&word);
    }

    /// Keeps the loop until the gate lets it go.
    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }

    #[on_event]
    fn on_noon(&mut self, hour: u8) {
        self.note(&format!("noon {hour}"));
    }

    #[on_event(Dusk)]
    fn darken(&mut self, dusk: &Dusk) {
        self.note(&format!("dusk {}", dusk.level));
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// Lets time pass, and everything happen for which it is time by then.
async fn pass(app: &App, time: Duration) {
    tokio::time::sleep(time).await;
    app.quiesce().await;
}

fn counts(timer: &Timer) -> (u64, u64) {
    (timer.sent(), timer.missed())
}
