//! Two modules: a switch that calls a lamp, by its stub and by its name, and what a wrong name is told.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    /// Sets the brightness in percent and returns the one before.
    #[task]
    fn set_level(&mut self, level: u8) -> u8 {
        std::mem::replace(&mut self.level, level)
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

#[derive(Default)]
struct Switch;

#[module]
impl Switch {
    /// Turns the lamp on or off. The stub is typed: `set_level` takes a `u8` and returns one.
    #[task]
    async fn press(&self, ctx: &Context) -> Result<()> {
        let lamp = ctx.stub::<LampStub>("hall_lamp")?;
        let level = if lamp.level().await? == 0 { 80 } else { 0 };
        let before = lamp.set_level(level).await?;
        println!("{}: from {before} % to {level} %", ctx.name());
        Ok(())
    }

    /// Dims whatever has a task `set_level`. Nothing here knows the type `Lamp`.
    #[task]
    async fn dim(&self, ctx: &Context, lamp: String) -> Result<u8> {
        let reply = ctx.exec_task(&format!("{lamp}.set_level"), args! { level: 10 }).await?;
        Ok(reply.get()?)
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().module("hall_lamp", Lamp::default()).module("switch", Switch).start().await?;
    let switch = app.handle().stub::<SwitchStub>("switch")?;

    switch.press().await?;
    switch.press().await?;
    println!("dimmed, was {} %", switch.dim("hall_lamp".to_owned()).await?);

    // A wrong name or argument is an error that knows what was probably meant.
    let handle = app.handle();
    for (address, arguments) in [
        ("hall_lmap.level", args! {}),
        ("hall_lamp.levl", args! {}),
        ("hall_lamp.set_level", args! { levle: 10 }),
        ("hall_lamp.set_level", args! { level: "bright" }),
        ("hall_lamp.set_level", args! {}),
    ] {
        if let Err(error) = handle.exec_task(address, arguments).await {
            println!("refused: {error}");
        }
    }
    Ok(app.shutdown().await?)
}
