use looselycoupled::prelude::*;

#[derive(Default)]
struct Alarm;

#[module(calls = "garage.open")]
impl Alarm {}

fn main() {}
