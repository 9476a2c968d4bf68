use looselycoupled::prelude::*;

#[derive(Default)]
struct Alarm;

#[module(calls("garage.open", "garage.open", external = "it is far away", external = "it is"))]
impl Alarm {}

fn main() {}
