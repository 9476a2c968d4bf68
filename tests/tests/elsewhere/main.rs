//! Modules in other processes are called as if they were here: by their stubs, by interfaces, by checked addresses, and later.

#![allow(clippy::unwrap_used, clippy::panic, clippy::unused_self, reason = "what fails here fails its test")]

mod checked;
mod interfaces;
mod later;
mod outlines;
mod stubs;

use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::provider::Local;

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{0} liters are more than the cellar holds")]
pub struct TooMuch(u32);

/// What serde knows nothing of.
#[derive(Debug, Clone)]
pub struct Pipe;

/// What it can write, but not read.
#[derive(Debug, Clone, Serialize)]
pub struct Report(u32);

/// What can be filled and emptied.
#[interface(version = 2)]
pub trait Tank {
    async fn fill(&self, liters: u32, reason: Option<String>) -> Result<u32, CallError>;
    async fn drain(&self) -> Result<(), CallError>;
}

#[derive(Default)]
pub struct Pump {
    liters: u32,
    reasons: Vec<String>,
}

#[module(implements(Tank))]
impl Pump {
    #[task]
    fn fill(&mut self, liters: u32, reason: Option<String>) -> Result<u32, TooMuch> {
        if self.liters + liters > 1_000 {
            return Err(TooMuch(liters));
        }
        self.liters += liters;
        self.reasons.extend(reason);
        Ok(self.liters)
    }

    #[task]
    fn drain(&mut self) {
        self.liters = 0;
    }

    #[task]
    fn reasons(&self) -> Vec<String> {
        self.reasons.clone()
    }

    #[task(local)]
    fn connect(&mut self, pipe: Pipe) {
        let _there = pipe;
    }

    #[task]
    fn report(&self) -> Report {
        Report(self.liters)
    }

    #[task]
    fn burst(&self) {
        panic!("the pipe, on purpose");
    }

    #[task]
    async fn never(&self) {
        std::future::pending::<()>().await;
    }
}

app! { pump: Pump }

/// Two processes: the pump is in the first one.
async fn two() -> (App, App) {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let hub = format!("hub {}", LAST.fetch_add(1, Ordering::Relaxed));
    let process = |name| App::builder().process(name).provider("home", Local::connect(&hub));
    let cellar = process("cellar").module("pump", Pump::default()).route_module("pump", "home");
    let cellar = cellar.start().await.unwrap();
    let kitchen = process("kitchen").route_module("pump", "home").start().await.unwrap();
    (cellar, kitchen)
}

async fn end((cellar, kitchen): (App, App)) {
    kitchen.shutdown().await.unwrap();
    cellar.shutdown().await.unwrap();
}
