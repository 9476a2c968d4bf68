//! A call that would wait for itself fails at once, with its path; one that would not never does.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

mod circles;
mod ended_waits;
mod places;
mod room;
mod roots;

use std::fmt::Debug;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, Relay, RelayStub, balanced, begin, settle};

fn route<const N: usize>(stations: [&str; N]) -> Vec<String> {
    stations.map(str::to_owned).to_vec()
}

/// Relays with loops of their own.
async fn relays(names: &[&str]) -> App {
    let mut builder = App::builder();
    for name in names {
        builder = builder.module(name, Relay::default());
    }
    builder.start().await.unwrap()
}

fn relay(app: &App, name: &str) -> RelayStub {
    app.handle().stub(name).unwrap()
}

/// The path of a cycle that came back through the relays, which pass errors on.
fn path_of(error: &CallError<Error>) -> String {
    let text = error.to_string();
    let path = text.strip_prefix("the call would wait for itself: ");
    path.unwrap_or_else(|| panic!("no cycle: {text}")).to_owned()
}

async fn at_rest(app: &App) {
    settle(app).await;
    balanced(&app.handle());
}

/// A module with tasks of odd shapes.
#[derive(Debug, Clone, Default)]
struct Oddity {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Oddity {
    #[task]
    async fn call_me(&mut self, ctx: &Context) -> Result<()> {
        Ok(ctx.me::<Self>()?.note("me".to_owned()).await?)
    }

    #[task]
    async fn call_own(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("note", args! { word: "own" }).await.map(drop).map_err(Into::into)
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[on_event]
    async fn on_ring(&mut self, ctx: &Context, route: Vec<String>) -> Result<()> {
        let called = ctx.exec_task("b.pass", args! { route: route }).await;
        self.journal.note(called.map_or_else(|error| error.to_string(), |_| "rung".to_owned()));
        Ok(())
    }

    /// Calls one module to the end, then passes another call on.
    #[task]
    async fn detour(&mut self, ctx: &Context, first: String, then: String, route: Vec<String>) -> Result<()> {
        ctx.exec_task(&first, args! { route: Vec::<String>::new() }).await?;
        ctx.exec_task(&then, args! { route: route }).await?;
        Ok(())
    }

    /// Gives up on a call and then waits for the gate.
    #[task]
    async fn give_up(&mut self, ctx: &Context, address: String) -> Result<()> {
        let call = ctx.exec_task(&address, args! {}).timeout(Duration::from_millis(10));
        self.journal.note(call.await.map_or_else(|error| error.to_string(), |_| "answered".to_owned()));
        self.gate.pass().await;
        Ok(())
    }

    /// Begins a call, drops it, and then waits for the gate.
    #[task]
    async fn let_go(&mut self, ctx: &Context, address: String) -> Result<()> {
        let mut call = ctx.exec_task(&address, args! {});
        assert!(begin(&mut call).await.is_pending());
        drop(call);
        self.gate.pass().await;
        Ok(())
    }

    /// Waits for a call or for nothing, and then for the gate.
    #[task]
    async fn choose(&mut self, ctx: &Context, address: String) -> Result<()> {
        tokio::select! {
            biased;
            _ = ctx.exec_task(&address, args! {}) => self.journal.note("answered"),
            () = tokio::time::sleep(Duration::from_millis(10)) => self.journal.note("chosen"),
        }
        self.gate.pass().await;
        Ok(())
    }

    /// Begins a call and lets somebody else wait for it.
    #[task]
    async fn pass_to_a_task(&mut self, ctx: &Context, address: String) -> Result<()> {
        let mut call = ctx.exec_task(&address, args! {});
        assert!(begin(&mut call).await.is_pending());
        let journal = self.journal.clone();
        tokio::spawn(async move {
            journal.note(call.await.map_or_else(|error| error.to_string(), |_| "answered".to_owned()));
        });
        Ok(())
    }

    /// Waits for a task of the runtime that calls this very module: a wait that nobody can see.
    #[task]
    async fn wait_unseen(&mut self, ctx: &Context, time: Duration) -> Result<()> {
        let call = ctx.exec_task("note", args! { word: "unseen" }).timeout(time);
        let outcome = tokio::spawn(call).await.map_err(Error::other)?;
        self.journal.note(outcome.map_or_else(|error| error.to_string(), |_| "answered".to_owned()));
        Ok(())
    }

    /// Waits for a thread of its own that calls this very module.
    #[task]
    fn join_a_thread(&mut self, ctx: &Context, time: Duration) {
        let call = ctx.exec_task("note", args! { word: "unseen" }).timeout(time);
        let outcome = std::thread::spawn(|| call.blocking()).join().unwrap();
        self.journal.note(outcome.map_or_else(|error| error.to_string(), |_| "answered".to_owned()));
    }

    /// Sleeps, then calls back.
    #[task]
    async fn call_back(&mut self, ctx: &Context) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let called = ctx.exec_task("first.note", args! { word: "called back" }).await;
        if let Err(error) = called {
            self.journal.note(error);
        }
        Ok(())
    }

    /// Calls two modules at once.
    #[task]
    async fn fan_out(&mut self, ctx: &Context, one: String, two: String, route: Vec<String>) -> Result<()> {
        let empty = Vec::<String>::new();
        let (first, second) = tokio::join!(
            ctx.exec_task(&one, args! { route: empty }),
            ctx.exec_task(&two, args! { route: route }),
        );
        first?;
        second?;
        Ok(())
    }

    /// Fills the own queue.
    #[task]
    async fn fill(&mut self, ctx: &Context, address: String, times: u8) -> Result<()> {
        for _ in 0..times {
            ctx.enqueue_task(&address, args! { word: "filled" }).await?;
        }
        Ok(())
    }
}
