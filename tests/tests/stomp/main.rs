//! The provider `Stomp`, at brokers that people run and beside strangers that speak like one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod addresses;
mod python;
mod restart;
mod settings;
mod strangers;

use looselycoupled::prelude::*;
use looselycoupled::provider::ProviderState;
use looselycoupled_tests::within;

/// A running application that is connected.
async fn start(builder: AppBuilder) -> App {
    let app = builder.start().await.unwrap();
    wait_for(&app, ProviderState::Connected).await;
    app
}

async fn wait_for(app: &App, state: ProviderState) {
    let handle = app.handle();
    let mut changes = handle.subscribe("provider_state");
    while handle.providers()[0].state != state {
        within(changes.next()).await.unwrap();
    }
}
