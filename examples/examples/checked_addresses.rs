//! Addresses in quotes that the compiler checks: module, task, event, arguments and their types.
//!
//! `cargo run -p looselycoupled-examples --example checked_addresses`; `cargo test -p looselycoupled-examples --example
//! checked_addresses` checks the wiring without a start.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(emits(level_changed(lamp: String, level: u8)))]
impl Lamp {
    /// Sets the brightness in percent and returns the one before.
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8, #[default(100)] most: u8) -> Result<u8> {
        let level = level.min(most);
        // `levl = …` or a level that is a text would not compile, and neither would "level_chnged".
        emit!(ctx, "level_changed", lamp = ctx.name().to_owned(), level).await?;
        Ok(std::mem::replace(&mut self.level, level))
    }
}

#[derive(Default)]
struct Door;

#[module]
impl Door {
    #[task]
    async fn open(&mut self, ctx: &Context) -> Result<String> {
        // The names stand in quotes, as a configuration would have them; the result is a `u8` all the same.
        let before: u8 = exec!(ctx, "hall_lamp.set_level", level = 80).await?;
        enqueue!(ctx, "attic_lamp.set_level", level = 120, most = 60).await?;
        Ok(format!("the hall was at {before} %"))
    }
}

#[derive(Default)]
struct Display;

#[module]
impl Display {
    #[on_event]
    fn on_level_changed(&mut self, lamp: String, level: u8) {
        println!("{lamp} is at {level} %");
    }
}

// Says once more which instances there are, where the compiler sees it. The start compares this with what runs; `check` makes a
// test of the whole application.
app! { hall_lamp: Lamp, attic_lamp: Lamp, door: Door, check = house() }

fn house() -> AppBuilder {
    App::builder()
        .module("hall_lamp", Lamp::default())
        .module("attic_lamp", Lamp::default())
        .module("door", Door)
        .module("display", Display)
}

#[looselycoupled::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = house().start().await?;
    let handle = app.handle();
    println!("{}", exec!(handle, "door.open").await?);
    app.quiesce().await;

    // Whoever forgets an instance learns it before anything begins.
    if let Err(forgotten) = App::builder().module("door", Door).check() {
        println!("{}", forgotten.to_string().lines().next().unwrap_or_default());
    }
    Ok(app.shutdown().await?)
}
