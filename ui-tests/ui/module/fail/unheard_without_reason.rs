use looselycoupled::prelude::*;

#[derive(Default)]
struct Meter;

#[module(emits(measured(value: u8), unheard, broken, unheard = ""))]
impl Meter {}

fn main() {}
