//! Processes that meet at a Unix socket. Each application here could as well be in a process of its own: all that they share is the socket.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod crowd;
mod durable;
mod parting;
mod ports;
mod strangers;
mod together;

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderState, Socket};
use looselycoupled_tests::{Scratch, within};

/// Does what it is told, and tells of it.
#[derive(Default)]
struct Pump {
    liters: u32,
}

#[module(emits(pumped(liters: u32)))]
impl Pump {
    #[task]
    async fn pump(&mut self, ctx: &Context, liters: u32) -> Result<u32> {
        if liters > 1_000 {
            return Err(Error::other(format!("{liters} liters are more than the cellar holds")));
        }
        self.liters += liters;
        ctx.trigger_event("pumped", args! { liters }).await?;
        Ok(self.liters)
    }

    #[task]
    fn liters(&self) -> u32 {
        self.liters
    }

    #[task]
    fn noise(&self, length: usize) -> String {
        "x".repeat(length)
    }

    #[task]
    async fn after_a_turn(&self) -> u32 {
        tokio::task::yield_now().await;
        self.liters
    }

    #[task]
    async fn never(&self) {
        std::future::pending::<()>().await;
    }
}

/// A folder with the socket of one broker.
struct House(Scratch);

impl House {
    fn new() -> Self {
        Self(Scratch::new())
    }

    fn url(&self) -> String {
        format!("unix:{}", self.path().display())
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path("home.sock")
    }

    fn journal(&self) -> std::path::PathBuf {
        self.0.path("home.journal")
    }

    fn host(&self, name: &str) -> AppBuilder {
        App::builder().process(name).provider("home", Socket::host(&self.url()))
    }

    fn peer(&self, name: &str) -> AppBuilder {
        App::builder().process(name).provider("home", Socket::connect(&self.url()))
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
    while handle.providers()[0].state != state {
        within(changes.next()).await.unwrap();
    }
}

async fn liters(handle: &Handle) -> Result<u32, CallError> {
    Ok(handle.exec_task("pump.liters", args! {}).await?.get().unwrap())
}

fn config(text: &str) -> Config {
    Config::parse(text, "config.yaml").unwrap()
}
