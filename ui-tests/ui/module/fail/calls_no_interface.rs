use looselycoupled::prelude::*;

trait Dimmer {}

#[derive(Default)]
struct Alarm;

#[module(calls(hall_lamp: dyn Dimmer))]
impl Alarm {}

fn main() {}
