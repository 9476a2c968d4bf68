//! A module under the policy `restart` is made again when it fails, and nothing that waited for it is lost.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail on purpose")]

mod concurrent;
mod configured;
mod delays;
mod end;
mod handlers;
mod hooks;
mod initialize;
mod random;
mod shared_loop;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal};

/// Tells when it is made and dropped, and fails in every way.
#[derive(Debug)]
struct Pump {
    journal: Journal,
    gate: Gate,
    strokes: u32,
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.journal.note("dropped");
    }
}

#[module]
impl Pump {
    #[task]
    fn stroke(&mut self) -> u32 {
        self.strokes += 1;
        self.strokes
    }

    #[task]
    async fn hold(&mut self) -> u32 {
        self.gate.pass().await;
        self.stroke()
    }

    #[task]
    fn burst(&mut self) {
        self.strokes += 1;
        panic!("burst on purpose");
    }

    #[task]
    async fn burst_later(&mut self) {
        self.gate.pass().await;
        self.strokes += 1;
        panic!("burst on purpose later");
    }

    #[task(blocking)]
    fn burst_apart(&mut self) {
        self.strokes += 1;
        panic!("burst on purpose apart");
    }

    #[task]
    fn note(&mut self, line: String) {
        self.strokes += 1;
        self.journal.note(format!("{line} {}", self.strokes));
    }

    #[on_event]
    fn on_tide(&mut self, height: u32) {
        self.note(format!("tide {height}"));
    }

    #[on_event]
    fn on_flood(&mut self) {
        panic!("flooded on purpose");
    }
}

/// What a pump is made of.
#[derive(Debug, Clone, Default)]
struct Works {
    journal: Journal,
    gate: Gate,
}

impl Works {
    fn pump(&self) -> impl Fn() -> Pump + Send + 'static {
        let Self { journal, gate } = self.clone();
        move || {
            journal.note("made");
            Pump { journal: journal.clone(), gate: gate.clone(), strokes: 0 }
        }
    }

    /// One pump under the policy `restart`, without delay unless stated.
    async fn start(&self, restart: Restart) -> (App, PumpStub) {
        looselycoupled_tests::quiet();
        let app = App::builder()
            .module_with("pump", self.pump())
            .policy("pump", Policy::Restart(restart))
            .start()
            .await
            .unwrap();
        let pump = app.handle().stub("pump").unwrap();
        (app, pump)
    }
}

/// As often as one likes, at once.
fn at_once() -> Restart {
    Restart::default().budget(1_000_000, Duration::from_secs(60)).delay(Duration::ZERO, Duration::ZERO)
}

fn after(delay: Duration) -> Restart {
    Restart::default().delay(delay, delay)
}

/// How often the module was made again.
fn restarts(app: &App, module: &str) -> u64 {
    app.handle().statistics().module(module).unwrap().restarts
}
