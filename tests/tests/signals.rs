//! Signals end a running application, and a second one forces the end.
//!
//! A signal reaches the whole process, so this file has one test only.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use std::process::Command;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, within};

fn signal(name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(std::process::id().to_string()).status();
    assert!(sent.unwrap().success());
}

/// Sends a signal to its own process as soon as everything runs.
#[derive(Debug, Clone, Default)]
struct Signalled(Journal);

#[module]
impl Signalled {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
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
    let stubborn =
        App::builder().module("stubborn", Signalled::default()).shutdown_deadline(Duration::from_secs(3_600));
    let error = within(stubborn.run()).await.unwrap_err();
    assert!(matches!(error, AppError::Forced), "{error:?}");
    assert_eq!(error.code(), 130);
}
