//! Processes that meet at a broker over ZeroMQ. Each application here could as well be in a process of its own: all that they share are two
//! sockets.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod addresses;
mod python;
mod restart;
mod stranger;
mod strangers;
mod together;

use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderInfo, ProviderState, ZeroMq};
use looselycoupled_tests::{Scratch, within};

/// A folder with the two sockets of one broker.
struct House(Scratch);

impl House {
    fn new() -> Self {
        Self(Scratch::new())
    }

    /// Where the broker publishes, and where it hears.
    fn addresses(&self) -> [String; 2] {
        ["home.in", "home.out"].map(|name| format!("ipc://{}", self.0.path(name).display()))
    }

    fn host(&self, name: &str) -> AppBuilder {
        let [hears, sends] = self.addresses();
        App::builder().process(name).provider("home", ZeroMq::host(&hears, &sends))
    }

    fn peer(&self, name: &str) -> AppBuilder {
        let [hears, sends] = self.addresses();
        App::builder().process(name).provider("home", ZeroMq::connect(&hears, &sends))
    }
}

/// A running application that is connected.
async fn start(builder: AppBuilder) -> App {
    let app = builder.start().await.unwrap();
    wait_for(&app, ProviderState::Connected).await;
    app
}

async fn wait_for(app: &App, state: ProviderState) {
    let handle = app.handle();
    let mut changes = handle.subscribe("provider_state");
    while provider(app).state != state {
        within(changes.next()).await.unwrap();
    }
}

fn provider(app: &App) -> ProviderInfo {
    app.handle().providers()[0].clone()
}

async fn end(apps: impl IntoIterator<Item = App, IntoIter: DoubleEndedIterator>) {
    for app in apps.into_iter().rev() {
        app.shutdown().await.unwrap();
    }
}
