//! Testing: a module alone among spies, minutes that take no time, and orders that a seed replays.

use std::collections::BTreeSet;

use looselycoupled::prelude::*;
use looselycoupled::testing::rehearse;

/// Waters as long as the soil is dry and the tank is not empty.
#[derive(Default)]
struct Pump;

#[module]
impl Pump {
    #[on_event]
    async fn on_soil_dry(&mut self, ctx: &Context, bed: String) -> Result<()> {
        let level: u8 = ctx.exec_task("tank.level", args! {}).await?.get().map_err(Error::other)?;
        if level == 0 {
            return ctx.trigger_event("tank_empty", args! {}).await.map(drop);
        }
        ctx.exec_task("valve.open", args! { bed: &bed }).await?;
        tokio::time::sleep(Duration::from_secs(120)).await;
        ctx.exec_task("valve.close", args! { bed: &bed }).await?;
        Ok(())
    }
}

/// Two that tell of dry soil at the same time.
#[derive(Default)]
struct Sensor;

#[module]
impl Sensor {
    #[task]
    async fn measure(&mut self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("soil_dry", args! { bed: ctx.name() }).await.map(drop)
    }
}

// In a test, `#[looselycoupled::test]` above an `async fn` takes the place of `rehearse`.
async fn waters_for_two_minutes() -> Result<()> {
    let tank = Spy::new("tank").task("level", || 80_u8);
    let app =
        TestApp::new().module("pump", Pump).spy("valve", &["open", "close"]).with_spy(tank).start().await;
    let begun = tokio::time::Instant::now();
    app.trigger_event("soil_dry", args! { bed: "roses" }).await?;
    app.quiesce().await;
    for call in app.calls("valve") {
        println!("{} {} by {:?}", call.task(), call.arguments(), call.source());
    }
    println!("after {:?} that took no time", begun.elapsed());
    Ok(())
}

async fn says_that_the_tank_is_empty() -> Result<()> {
    let tank = Spy::new("tank").task("level", || 0_u8);
    let app =
        TestApp::new().module("pump", Pump).spy("valve", &["open", "close"]).with_spy(tank).start().await;
    app.trigger_event("soil_dry", args! { bed: "roses" }).await?;
    app.quiesce().await;
    println!("{} calls of the valve", app.calls("valve").len());
    println!("{} events `tank_empty`", app.emitted_event("tank_empty").len());
    Ok(())
}

/// The order in which two beds are watered.
async fn order() -> Result<Vec<String>> {
    let tank = Spy::new("tank").task("level", || 80_u8);
    let app = TestApp::new()
        .module("pump", Pump)
        .module("roses", Sensor)
        .module("tulips", Sensor)
        .spy("valve", &["open", "close"])
        .with_spy(tank)
        .start()
        .await;
    for sensor in ["roses", "tulips"] {
        let address = format!("{sensor}.measure");
        app.enqueue_task(&address, args! {}).await?;
    }
    app.quiesce().await;
    let opened = app.calls("valve.open");
    opened.iter().map(|call| call.get("bed").map_err(Error::other)).collect()
}

fn main() -> Result<()> {
    rehearse(1, waters_for_two_minutes())?;
    rehearse(1, says_that_the_tank_is_empty())?;
    let orders: Vec<Vec<String>> = (0..100).map(|seed| rehearse(seed, order())).collect::<Result<_>>()?;
    for order in orders.iter().collect::<BTreeSet<_>>() {
        println!("one order of a hundred seeds: {}", order.join(", "));
    }
    let again: Vec<Vec<String>> = (0..100).map(|seed| rehearse(seed, order())).collect::<Result<_>>()?;
    println!("the same seeds, the same orders: {}", again == orders);
    Ok(())
}
