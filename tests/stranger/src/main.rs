//! The program of a stranger, see the library.

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
use looselycoupled_stranger::meter::{Constant, Meter, MeterStub};
use looselycoupled_stranger::{Door, DoorStub, Lamp, LampStub};

app! { lamp: Lamp, door: Door, meter: Meter<Constant>, check = house() }

fn house() -> AppBuilder {
    let builder = App::builder().module("lamp", Lamp::default()).module("door", Door::default());
    builder.module("meter", Meter::<Constant>::default())
}

#[looselycoupled::main]
async fn main() -> Result<()> {
    let app = house().start().await?;
    let handle = app.handle();
    let lamp: LampStub = handle.stub("lamp")?;
    let door: DoorStub = handle.stub("door")?;
    let meter: MeterStub<Constant> = handle.stub("meter")?;
    let _heard_by = emit!(handle, "motion", room = "hall".to_owned()).await?;
    app.quiesce().await;
    let (level, passed, value) = (lamp.set_level(40).await?, door.pass().await?, meter.value().await?);
    println!("level {level}, passed {passed}, value {value}");
    let _ticket = enqueue!(handle, "lamp.set_level", level = 50).await?;
    app.quiesce().await;
    let (level, names) =
        (exec!(handle, "lamp.level").await?, exec!(handle, "lamp.names", first = "Ada".into()).await?);
    println!("level {level}, names {names}, value {}", exec!(handle, "meter.value").await?);
    app.shutdown().await?;
    Ok(())
}
