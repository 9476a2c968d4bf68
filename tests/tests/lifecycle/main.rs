//! Modules become passive in order, active at once, and end in reverse, within one deadline.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

mod after;
mod end;
mod exit;
mod hooks;
mod start;
mod stuck;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal};

#[derive(Debug, Clone, Default)]
struct Friend {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Friend {
    #[task]
    fn greet(&mut self) {
        self.journal.note("greeted");
    }

    #[task]
    async fn hold(&mut self) {
        self.journal.note("held");
        self.gate.pass().await;
        self.journal.note("let go");
    }

    /// Waits and then acts, noting what became of it.
    #[task]
    async fn hold_and_send(&mut self, ctx: &Context) {
        self.gate.pass().await;
        let sent = ctx.exec_task("friend.greet", args! {}).await.map(drop).map_err(Error::from);
        self.journal.note(sent.map_or_else(|error| error.to_string(), |()| "sent".to_owned()));
        let sent = ctx.enqueue_task("friend.greet", args! {}).await.map(drop);
        self.journal.note(sent.map_or_else(|error| error.to_string(), |()| "sent".to_owned()));
        let sent = ctx.trigger_event("greetings", args! {}).await.map(drop);
        self.journal.note(sent.map_or_else(|error| error.to_string(), |()| "sent".to_owned()));
    }

    /// Never comes to an end by itself.
    #[task]
    async fn go_on(&mut self, ctx: &Context) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(200)).await;
        ctx.enqueue_task("go_on", args! {}).await?;
        Ok(())
    }

    #[on_event]
    fn on_greetings(&mut self) {
        self.journal.note("heard");
    }

    #[finalize]
    fn end(&mut self) {
        self.journal.note("finalised");
    }
}

struct Bench {
    app: App,
    handle: Handle,
    friend: Friend,
    other: Friend,
}

/// Two friends; the second is the one that hooks and tests hold.
async fn friends(deadline: Duration) -> Bench {
    let (friend, other) = (Friend::default(), Friend::default());
    let app = App::builder()
        .module("friend", friend.clone())
        .module("other", other.clone())
        .shutdown_deadline(deadline)
        .start()
        .await
        .unwrap();
    Bench { handle: app.handle(), app, friend, other }
}

const TEN_SECONDS: Duration = Duration::from_secs(10);
