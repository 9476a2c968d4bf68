//! The provider `nsq` at an nsqd of the tests, which `python.rs` compares with what a client of Python's expects.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod again;
mod killed;
mod messages;
mod python;
mod settings;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Nsq, ProviderState, Via};
use looselycoupled_tests::nsqd::Nsqd;
use looselycoupled_tests::{Journal, within};

/// Notes what it hears.
struct Clerk(Journal);

#[module]
impl Clerk {
    #[on_event(external = "the test sends it")]
    fn on_order(&mut self, ctx: &Context, number: u32) {
        let again = if ctx.metadata().redelivered { " again" } else { "" };
        self.0.note(format!("{number}{again}"));
    }
}

fn at(nsqd: &Nsqd, process: &str) -> AppBuilder {
    App::builder().process(process).provider("nsq", Nsq::connect([nsqd.url()]))
}

fn durable() -> Via {
    Via::provider("nsq").durable()
}

async fn connected(app: &App) {
    wait_for(app, ProviderState::Connected).await;
}

async fn wait_for(app: &App, state: ProviderState) {
    let handle = app.handle();
    let mut changes = handle.subscribe("provider_state");
    while handle.providers()[0].state != state {
        within(changes.next()).await.unwrap();
    }
}

/// What has been noted, once there is so much of it.
async fn noted(journal: &Journal, count: usize) -> Vec<String> {
    let enough = async {
        while journal.lines().len() < count {
            tokio::task::yield_now().await;
        }
    };
    within(enough).await;
    journal.lines()
}
