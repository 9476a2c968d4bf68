//! Signals end a running application, and a second one forces the end.
//!
//! A signal reaches the whole process, so this file has one test only.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::process::Command;
use std::sync::{LazyLock, Mutex};

use looselycoupled::Reply;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, balanced, within};
use tokio::task::JoinHandle;

fn signal(name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(std::process::id().to_string()).status();
    assert!(sent.unwrap().success());
}

type Answer = JoinHandle<Result<Reply, CallError>>;

/// What the stubborn one leaves behind: two calls that do not come back, and a way to look.
static LEFT: Mutex<Option<(Handle, [Answer; 2])>> = Mutex::new(None);
static HOLDING: LazyLock<Gate> = LazyLock::new(Gate::new);

/// Never comes to an end by itself.
#[derive(Debug, Clone, Default)]
struct Holder;

#[module]
impl Holder {
    #[task]
    async fn hold(&mut self) {
        HOLDING.pass().await;
    }
}

/// Is told to end while it begins.
#[derive(Debug, Clone, Default)]
struct Slow(Journal);

#[module]
impl Slow {
    #[initialize]
    async fn begin(&mut self) {
        signal("TERM");
        // The handler of the signal runs in another task.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        self.0.note("begun");
    }

    #[finalize]
    fn end(&mut self) {
        self.0.note("finalised");
    }
}

/// Sends a signal to its own process as soon as everything runs.
#[derive(Debug, Clone, Default)]
struct Signalled(Journal);

#[module]
impl Signalled {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        if ctx.name() == "stubborn" {
            let held = ["begun", "waiting"].map(|_| tokio::spawn(ctx.exec_task("holder.hold", args! {})));
            HOLDING.reached(1).await;
            LEFT.lock().unwrap().replace((ctx.handle(), held));
        }
        signal(if ctx.name() == "interrupted" { "INT" } else { "TERM" });
        ctx.no_longer_active().await;
        if ctx.name() == "stubborn" {
            signal("TERM");
            std::future::pending::<()>().await;
        }
        Ok(())
    }

    #[on_event]
    fn on_exit(&mut self) {
        self.0.note("exit");
    }

    #[finalize]
    fn end(&mut self) {
        self.0.note("finalised");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_the_application_in_order_and_a_second_one_forces_it() {
    for name in ["terminated", "interrupted"] {
        let signalled = Signalled::default();
        within(App::builder().module(name, signalled.clone()).run()).await.unwrap();
        assert_eq!(signalled.0.lines(), ["exit", "finalised"], "{name}");
    }
    let slow = Slow::default();
    within(App::builder().module("slow", slow.clone()).run()).await.unwrap();
    assert_eq!(slow.0.lines(), ["begun", "finalised"]);
    let stubborn = App::builder()
        .module("stubborn", Signalled::default())
        .module("holder", Holder)
        .shutdown_deadline(Duration::from_secs(3_600));
    let error = within(stubborn.run()).await.unwrap_err();
    assert!(matches!(error, AppError::Forced), "{error:?}");
    assert_eq!(error.code(), 130);
    let (handle, [begun, waiting]) = LEFT.lock().unwrap().take().unwrap();
    let begun = within(begun).await.unwrap().unwrap_err();
    assert!(matches!(begun, CallError::ShuttingDown { begun: true, .. }), "{begun:?}");
    let waiting = within(waiting).await.unwrap().unwrap_err();
    assert!(matches!(waiting, CallError::ShuttingDown { begun: false, .. }), "{waiting:?}");
    let holder = handle.statistics().module("holder").unwrap().clone();
    assert_eq!((holder.failed, holder.undelivered), (1, 1));
    balanced(&handle);
}
