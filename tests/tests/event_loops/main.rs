//! Event loops as values: objects and callbacks on them, opened and closed while the application runs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail fail their test")]

mod callbacks;
mod ends;
mod hosted;
mod names;
mod told;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Overlap};

/// Is on the loop `bus` in most tests.
#[derive(Default)]
struct Meter {
    overlap: Overlap,
    gate: Gate,
}

#[module]
impl Meter {
    #[task]
    async fn read(&mut self) {
        let _inside = self.overlap.enter();
        tokio::task::yield_now().await;
    }

    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }
}

async fn app(meter: Meter) -> App {
    App::builder().module_on("bus", "meter", meter).start().await.unwrap()
}
