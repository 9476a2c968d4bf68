//! Every queue is bounded: senders of tasks wait or are refused, events are dropped and counted.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

mod bounds;
mod events;
mod gaps;
mod oldest;
mod room;

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, balanced, settle, within};

#[derive(Debug, Clone, Default)]
struct Worker {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Worker {
    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn hold_the_thread(&mut self) {
        self.gate.pass_blocking();
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[on_event]
    fn on_word(&mut self, word: String) {
        self.journal.note(word);
    }

    /// Sends to somebody else, as often as asked.
    #[task]
    async fn send(&mut self, ctx: &Context, address: String, times: u32) -> Result<()> {
        for number in 0..times {
            ctx.enqueue_task(&address, args! { word: number.to_string() }).await?;
        }
        Ok(())
    }

    #[task]
    async fn ask(&mut self, ctx: &Context, address: String, word: String) -> Result<()> {
        ctx.exec_task(&address, args! { word: word }).await?;
        Ok(())
    }

    #[finalize]
    fn end(&mut self) {
        self.journal.note("finalised");
    }
}

struct Bench {
    app: App,
    handle: Handle,
    worker: WorkerStub,
    gate: Gate,
    journal: Journal,
}

/// A worker that is busy until its gate opens.
async fn busy(options: LoopOptions) -> Bench {
    let module = Worker::default();
    let (gate, journal) = (module.gate.clone(), module.journal.clone());
    let app = App::builder().module("worker", module).event_loop("worker", options).start().await.unwrap();
    let handle = app.handle();
    let worker: WorkerStub = handle.stub("worker").unwrap();
    worker.hold().enqueue().await.unwrap();
    gate.reached(1).await;
    Bench { app, handle, worker, gate, journal }
}

impl Bench {
    async fn fill(&self, number: usize) {
        for number in 0..number {
            within(self.worker.note(number.to_string()).enqueue()).await.unwrap();
        }
    }

    fn waiting_for_room(&self) -> usize {
        self.handle.statistics().loops[0].waiting_for_room
    }

    fn queued(&self) -> u64 {
        self.handle.statistics().module("worker").unwrap().queued
    }

    async fn rest(&self) -> Vec<String> {
        self.gate.open();
        settle(&self.app).await;
        balanced(&self.handle);
        self.journal.take()
    }
}

fn numbers(number: usize) -> Vec<String> {
    (0..number).map(|number| number.to_string()).collect()
}
