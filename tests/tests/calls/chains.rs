//! Modules that call modules.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Relay, RelayStub, settle, within};

#[derive(Debug, Default)]
struct Hen {
    egg: Option<EggStub>,
}

#[derive(Debug, Default)]
struct Egg {
    hen: Option<HenStub>,
}

#[module]
impl Hen {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        self.egg = Some(ctx.stub("egg")?);
        Ok(())
    }

    #[task]
    async fn ask(&mut self, generations: u8) -> Result<u8> {
        match &self.egg {
            Some(egg) if generations > 0 => Ok(egg.ask(0).await? + 1),
            _ => Ok(0),
        }
    }
}

#[module]
impl Egg {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        self.hen = Some(ctx.stub("hen")?);
        Ok(())
    }

    #[task]
    async fn ask(&mut self, generations: u8) -> Result<u8> {
        match &self.hen {
            Some(hen) if generations > 0 => Ok(hen.ask(0).await? + 1),
            _ => Ok(0),
        }
    }
}

#[tokio::test]
async fn modules_that_call_each_other_are_finite_types() {
    let app =
        App::builder().module("hen", Hen::default()).module("egg", Egg::default()).start().await.unwrap();
    let hen: HenStub = app.handle().stub("hen").unwrap();
    let egg: EggStub = app.handle().stub("egg").unwrap();
    assert_eq!(hen.ask(1).await.unwrap(), 1);
    assert_eq!(egg.ask(1).await.unwrap(), 1);
}

/// A chain that is as long as the number of its modules.
async fn chain(length: usize, shared: bool) -> Result<usize, String> {
    let names: Vec<String> = (0..length).map(|number| format!("m{number}")).collect();
    let mut builder = App::builder();
    for name in &names {
        builder = if shared {
            builder.module_on("bus", name, Relay::default())
        } else {
            builder.module(name, Relay::default())
        };
    }
    let app = builder.start().await.unwrap();
    let route: Vec<String> = names[1..].iter().map(|name| format!("{name}.pass")).collect();
    let relay: RelayStub = app.handle().stub("m0").unwrap();
    within(relay.pass(route)).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_chain_of_a_hundred_modules_reaches_its_end() {
    assert_eq!(chain(100, false).await.unwrap(), 100);
}

#[tokio::test]
async fn a_chain_of_three_hundred_modules_reaches_its_end() {
    assert_eq!(chain(300, false).await.unwrap(), 300);
}

#[tokio::test]
async fn a_chain_of_a_hundred_modules_on_one_loop_reaches_its_end() {
    assert_eq!(chain(100, true).await.unwrap(), 100);
}

#[derive(Debug, Default)]
struct Clock {
    ticks: u32,
}

#[module]
impl Clock {
    /// Goes on by itself, as periodic modules do.
    #[task]
    async fn tick(&mut self, ctx: &Context, left: u32) -> Result<()> {
        self.ticks += 1;
        if left > 0 {
            ctx.enqueue_task("tick", args! { left: left - 1 }).await?;
        }
        Ok(())
    }

    #[task]
    fn ticks(&self) -> u32 {
        self.ticks
    }
}

#[tokio::test]
async fn a_task_that_enqueues_itself_goes_on_for_ever() {
    let app = App::builder().module("clock", Clock::default()).start().await.unwrap();
    let clock: ClockStub = app.handle().stub("clock").unwrap();
    clock.tick(1_000).enqueue().await.unwrap();
    settle(&app).await;
    assert_eq!(clock.ticks().await.unwrap(), 1_001);
}

#[derive(Debug)]
struct Bridge {
    other: Handle,
}

#[module]
impl Bridge {
    #[task]
    async fn cross(&mut self, route: Vec<String>) -> Result<usize> {
        Ok(self.other.exec_task("far.pass", args! { route: route }).await?.get()?)
    }
}

#[tokio::test]
async fn a_module_calls_into_another_application_of_the_same_process() {
    let far = App::builder().module("far", Relay::default()).start().await.unwrap();
    let near = App::builder().module("bridge", Bridge { other: far.handle() }).start().await.unwrap();
    let bridge: BridgeStub = near.handle().stub("bridge").unwrap();
    assert_eq!(bridge.cross(Vec::new()).await.unwrap(), 1);
}
