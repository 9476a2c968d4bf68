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
use looselycoupled_stranger::{Door, DoorStub, Lamp, LampStub, Motion};

#[looselycoupled::main]
async fn main() -> Result<()> {
    let builder = App::builder().module("lamp", Lamp::default()).module("door", Door::default());
    let app = builder.module("meter", Meter::<Constant>::default()).start().await?;
    let lamp: LampStub = app.handle().stub("lamp")?;
    let door: DoorStub = app.handle().stub("door")?;
    let meter: MeterStub<Constant> = app.handle().stub("meter")?;
    app.handle().trigger(Motion { room: "hall".to_owned() }).await?;
    app.quiesce().await;
    let (level, passed, value) = (lamp.set_level(40).await?, door.pass().await?, meter.value().await?);
    println!("level {level}, passed {passed}, value {value}");
    app.shutdown().await?;
    Ok(())
}
