use looselycoupled::prelude::*;

#[derive(Default)]
struct Meter;

#[module(emits(unheard = "consoles listen to it", measured(value: u8)))]
impl Meter {}

fn main() {}
