//! A test as a stranger writes it: with looselycoupled as the only dependency.

#![forbid(unsafe_code)]
#![warn(
    clippy::nursery,
    clippy::pedantic,
    missing_docs,
    rust_2018_idioms,
    unreachable_pub,
    unused_qualifications
)]

use looselycoupled::prelude::*;

/// Waters as long as the soil is dry.
#[derive(Debug, Default)]
struct Pump {
    watered: u32,
}

#[module]
impl Pump {
    #[on_event]
    async fn on_soil_dry(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("valve.open", args! {}).await?;
        self.watered += 1;
        Ok(())
    }
}

#[looselycoupled::test] // paused clock, fixed seed (LOOSELYCOUPLED_SEED to replay)
async fn waters_when_dry() {
    let app = TestApp::new().module("pump", Pump::default()).spy("valve", &["open"]).start().await;
    app.trigger_event("soil_dry", args! {}).await.unwrap();
    app.quiesce().await; // everything handled, provably
    assert_eq!(app.calls("valve.open").len(), 1);
}
