use looselycoupled::prelude::*;

#[derive(Default)]
struct Alarm;

#[module(calls("garage.open.wide", "2nd.open", garage.open, 3, hall_lamp: Dimmer))]
impl Alarm {}

fn main() {}
