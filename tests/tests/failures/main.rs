//! A failure reaches its caller or everybody who cares, and never a neighbour.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail on purpose")]

mod exceptions;
mod handlers;
mod policies;
mod start_and_end;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Relay, RelayStub, Witness, balanced, quiet, settle};

#[derive(Debug, thiserror::Error)]
#[error("the lamp is dark")]
struct Dark(#[source] std::io::Error);

fn dark() -> Dark {
    Dark(std::io::Error::other("the bulb is gone"))
}

/// Panics when it is dropped, unless it was defused.
#[derive(Debug, Default)]
struct Bomb(bool);

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.0 {
            panic!("exploded on purpose");
        }
    }
}

#[derive(Debug, Default)]
struct Fragile {
    level: u8,
}

#[module]
impl Fragile {
    #[task]
    fn fail(&mut self) -> Result<(), Dark> {
        Err(dark())
    }

    #[task]
    fn burst(&mut self, level: u8) {
        self.level = level;
        panic!("burst on purpose at {level}");
    }

    #[task]
    async fn burst_later(&mut self) -> u8 {
        tokio::task::yield_now().await;
        self.level += 1;
        panic!("burst on purpose later");
    }

    #[task(blocking)]
    fn burst_apart(&mut self) {
        panic!("burst on purpose apart");
    }

    #[task]
    async fn burst_with_a_number(&mut self) {
        self.level += 1;
        std::panic::panic_any(7_u8);
    }

    #[task]
    async fn burst_while_dropping(&mut self) {
        let _bomb = Bomb(true);
        tokio::task::yield_now().await;
        self.level += 1;
    }

    #[task]
    fn burst_with_a_bomb(&mut self) {
        std::panic::panic_any(Bomb(true));
    }

    #[task]
    async fn burst_with_a_bomb_later(&mut self) {
        tokio::task::yield_now().await;
        std::panic::panic_any(Bomb(true));
    }

    #[task(blocking)]
    fn burst_with_a_bomb_apart(&mut self) {
        std::panic::panic_any(Bomb(true));
    }

    #[task(local)]
    async fn hold(&mut self, gate: Gate) {
        gate.pass().await;
    }

    #[task(local)]
    fn take(&mut self, bomb: Bomb) {
        drop(bomb);
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    /// The name of a hook, but a task.
    #[task]
    fn run(&mut self) -> Result<(), Dark> {
        Err(dark())
    }

    /// The name of a handler, but a task.
    #[task]
    fn on_exception(&mut self) -> Result<(), Dark> {
        Err(dark())
    }

    #[on_event("fail.please")]
    fn hear(&mut self, how: String) -> Result<(), Dark> {
        match how.as_str() {
            "panic" => panic!("heard on purpose"),
            _ => Err(dark()),
        }
    }
}

struct House {
    app: App,
    handle: Handle,
    fragile: FragileStub,
    witness: Witness,
}

async fn house() -> House {
    quiet();
    let witness = Witness::default();
    let app = App::builder()
        .module("fragile", Fragile::default())
        .module("witness", witness.clone())
        .module("neighbour", Relay::default())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let fragile = handle.stub("fragile").unwrap();
    House { app, handle, fragile, witness }
}

impl House {
    /// What the witness heard.
    async fn told(&self) -> Vec<String> {
        settle(&self.app).await;
        balanced(&self.handle);
        let neighbour: RelayStub = self.handle.stub("neighbour").unwrap();
        assert_eq!(neighbour.pass(Vec::new()).await.unwrap(), 1, "neighbours go on");
        self.witness.0.take()
    }

    fn counted(&self) -> (u64, u64, u64) {
        let fragile = self.handle.statistics().module("fragile").unwrap().clone();
        (fragile.handled, fragile.failed, fragile.panicked)
    }
}

fn scratch(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("looselycoupled-{}-{name}", std::process::id()));
    let _absent = std::fs::remove_file(&path);
    path
}
