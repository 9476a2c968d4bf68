//! Applications under test: spies, what was sent, the paused clock, and runs that a seed replays.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

mod attribute;
mod clock;
mod events;
mod obstacles;
mod seeds;
mod spies;

use looselycoupled::prelude::*;

/// Waters as long as the soil is dry.
#[derive(Debug, Clone, Default)]
struct Pump {
    watered: u32,
}

#[module]
impl Pump {
    #[on_event]
    async fn on_soil_dry(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("valve.open", args! { litres: 2 }).await?;
        self.watered += 1;
        Ok(())
    }

    #[task]
    async fn drain(&mut self, ctx: &Context, through: String) -> Result<u8> {
        let reply = ctx.exec_task(&through, args! {}).await?;
        reply.get().map_err(Error::other)
    }
}

#[looselycoupled::test]
async fn waters_when_dry() {
    let app = TestApp::new().module("pump", Pump::default()).spy("valve", &["open"]).start().await;
    app.trigger_event("soil_dry", args! {}).await.unwrap();
    app.quiesce().await;
    assert_eq!(app.calls("valve.open").len(), 1);
}
