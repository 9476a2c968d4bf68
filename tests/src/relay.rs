//! A module that passes calls on, along a route that the test gives.

use looselycoupled::prelude::*;

use crate::{Gate, Journal};

/// Calls the first address of the route with the rest of it; at the end of the route it answers.
///
/// A route such as `["b.pass", "a.pass"]` given to `a` makes a cycle. Clones share the gate and the journal.
#[derive(Debug, Clone, Default)]
pub struct Relay {
    /// Passed by [`hold`](RelayStub::hold) and by the end of a route.
    pub gate: Option<Gate>,
    /// Gets a line from every task.
    pub journal: Journal,
}

impl Relay {
    /// A relay that waits before a gate at the end of its routes.
    #[must_use]
    pub fn waiting(gate: &Gate) -> Self {
        Self { gate: Some(gate.clone()), journal: Journal::new() }
    }
}

#[module]
impl Relay {
    /// Passes the call on by name, and answers how many stations it went through.
    #[task]
    async fn pass(&mut self, ctx: &Context, route: Vec<String>) -> Result<usize> {
        self.journal.note(format!("{}.pass", ctx.name()));
        let Some((next, rest)) = route.split_first() else {
            if let Some(gate) = &self.gate {
                gate.pass().await;
            }
            return Ok(1);
        };
        let stations: usize = ctx.exec_task(next, args! { route: rest }).await?.get()?;
        Ok(stations + 1)
    }

    /// Passes the call on through stubs; the route holds names of modules.
    #[task]
    async fn pass_by_stub(&mut self, ctx: &Context, route: Vec<String>) -> Result<usize> {
        self.journal.note(format!("{}.pass_by_stub", ctx.name()));
        let Some((next, rest)) = route.split_first() else { return Ok(1) };
        let next: RelayStub = ctx.stub(next)?;
        Ok(next.pass_by_stub(rest.to_vec()).await? + 1)
    }

    /// Passes the call on after others had a chance to run.
    #[task]
    async fn pass_late(&mut self, ctx: &Context, route: Vec<String>) -> Result<usize> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.journal.note(format!("{}.pass_late", ctx.name()));
        let Some((next, rest)) = route.split_first() else { return Ok(1) };
        let stations: usize = ctx.exec_task(next, args! { route: rest }).await?.get()?;
        Ok(stations + 1)
    }

    /// Waits before the gate.
    #[task]
    async fn hold(&mut self) {
        if let Some(gate) = &self.gate {
            gate.pass().await;
        }
    }

    /// Notes a word.
    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }
}
