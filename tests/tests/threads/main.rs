//! Threads: hooks with one of their own, blocking tasks, and verbs that block their caller.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

mod hooks;
mod loops;
mod pinned;
mod runtimes;
mod tasks;
mod verbs;

use std::sync::{Arc, Mutex};
use std::thread;

use looselycoupled::prelude::*;
use looselycoupled_tests::Gate;

/// Counts, and knows on which threads it does.
#[derive(Debug, Clone, Default)]
struct Counter {
    total: u64,
    threads: Arc<Mutex<Vec<thread::ThreadId>>>,
    gate: Gate,
}

#[module]
impl Counter {
    #[task]
    async fn add(&mut self, number: u64) -> u64 {
        self.threads.lock().unwrap().push(thread::current().id());
        tokio::task::yield_now().await;
        self.total += number;
        self.total
    }

    #[task]
    fn fail(&mut self) -> Result<(), String> {
        Err(format!("at {}", self.total))
    }

    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[on_event]
    fn on_added(&mut self, number: u64) {
        self.total += number;
    }

    /// Uses verbs that block where nothing may block.
    #[task]
    async fn misuse(&mut self, ctx: &Context) -> Vec<String> {
        let stub: Result<CounterStub, CallError> = ctx.stub("other");
        vec![
            ctx.exec_task_blocking("other.add", args! { number: 1 }).unwrap_err().to_string(),
            ctx.enqueue_task_blocking("other.add", args! { number: 1 }).unwrap_err().to_string(),
            ctx.trigger_event_blocking("added", args! { number: 1 }).unwrap_err().to_string(),
            stub.unwrap().add(1).blocking().unwrap_err().to_string(),
        ]
    }
}

async fn counter() -> (App, Handle, Counter) {
    let counter = Counter::default();
    let app = App::builder()
        .module("counter", counter.clone())
        .module("other", Counter::default())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    (app, handle, counter)
}
