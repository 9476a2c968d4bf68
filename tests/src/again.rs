//! Durable events whose handlers were cut off.

use looselycoupled::prelude::*;
use looselycoupled::provider::ProviderState;

use crate::under_fire::wait_for;
use crate::{Gate, Journal, within};

/// Waits at each event until it is told to go on.
#[derive(Clone)]
struct Clerk {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Clerk {
    #[on_event]
    async fn on_order(&self, ctx: &Context, number: u32) {
        self.journal.note(format!("{number} {}", ctx.metadata().redelivered));
        self.gate.pass().await;
    }
}

async fn start(builder: AppBuilder) -> App {
    let app = builder.start().await.unwrap();
    wait_for(&app, ProviderState::Connected).await;
    app
}

/// Of processes that hear the durable event `order`: one ends while it is at it, and gets it again, told so, when it is there again.
pub async fn what_was_cut_off_comes_again_and_says_so(at: impl Fn(&str) -> AppBuilder) {
    let clerk = Clerk { gate: Gate::new(), journal: Journal::new() };
    let hall = at("hall").shutdown_deadline(Duration::from_millis(1)).module("clerk", clerk.clone());
    let hall = start(hall).await;
    let shed = start(at("shed")).await;
    shed.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    within(clerk.gate.reached(1)).await;
    let _late = hall.shutdown().await;
    clerk.gate.open();
    let hall = start(at("hall").module("clerk", clerk.clone())).await;
    within(clerk.gate.reached(2)).await;
    assert_eq!(clerk.journal.lines(), ["1 false", "1 true"]);
    hall.shutdown().await.unwrap();
    shed.shutdown().await.unwrap();
}
