use looselycoupled::prelude::*;

#[interface]
trait Dimmer {
    async fn set_level(&self, level: u8) -> Result<u8, CallError>;
}

#[derive(Default)]
struct Alarm;

#[module(calls("hall_lamp.set_level": dyn Dimmer))]
impl Alarm {}

fn main() {}
