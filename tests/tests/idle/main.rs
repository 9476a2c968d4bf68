//! `becoming_idle` comes once when the work has run out, and `quiesce` waits for the same moment.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

mod notices;
mod rest;
mod stems;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, balanced, settle};

/// Works, and notes when there is nothing left to do.
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

    #[task(blocking)]
    fn hold_the_thread(&mut self) {
        self.gate.pass_blocking();
    }

    #[task]
    async fn hop(&mut self, ctx: &Context, hops: u8) -> Result<()> {
        tokio::task::yield_now().await;
        if hops > 0 {
            ctx.enqueue_task("hop", args! { hops: hops - 1 }).await?;
            ctx.trigger_event("hopped", args! {}).await?;
        }
        Ok(())
    }

    #[on_event]
    fn on_becoming_idle(&mut self, ctx: &Context) {
        assert_eq!(ctx.metadata().source, None);
        self.journal.note("idle");
    }
}

struct Bench {
    app: App,
    handle: Handle,
    worker: WorkerStub,
    gate: Gate,
    journal: Journal,
}

async fn bench() -> Bench {
    let module = Worker::default();
    let (gate, journal) = (module.gate.clone(), module.journal.clone());
    let app = App::builder().module("worker", module).start().await.unwrap();
    calm(&app).await;
    journal.take();
    let handle = app.handle();
    Bench { worker: handle.stub("worker").unwrap(), app, handle, gate, journal }
}

/// Waits until nothing is left, not even the news of that.
async fn calm(app: &App) {
    for _ in 0..20 {
        settle(app).await;
        tokio::task::yield_now().await;
    }
}

impl Bench {
    async fn idles(&self) -> usize {
        calm(&self.app).await;
        balanced(&self.handle);
        self.journal.take().len()
    }
}

/// Works without a pause.
#[derive(Debug, Clone, Default)]
struct Waiter(Journal);

#[module]
impl Waiter {
    #[task]
    fn note(&mut self) {
        self.0.note("noted");
    }
}

#[derive(Debug, Clone, Default)]
struct Helper;

#[module]
impl Helper {
    #[task]
    async fn hop(&mut self, ctx: &Context, hops: u8) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if hops > 0 {
            ctx.enqueue_task("hop", args! { hops: hops - 1 }).await?;
        }
        Ok(())
    }

    #[task(blocking)]
    fn block(&mut self) {}

    #[on_event]
    async fn on_chore(&mut self, ctx: &Context) -> Result<()> {
        ctx.enqueue_task("block", args! {}).await?;
        Ok(())
    }
}
