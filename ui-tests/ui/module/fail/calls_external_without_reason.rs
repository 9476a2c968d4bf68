use looselycoupled::prelude::*;

#[derive(Default)]
struct Alarm;

#[module(calls(external = "who knows", "garage.open", external, "garage.close", external = ""))]
impl Alarm {}

fn main() {}
