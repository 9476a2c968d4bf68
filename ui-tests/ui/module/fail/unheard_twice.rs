use looselycoupled::prelude::*;

#[derive(Default)]
struct Meter;

#[module(emits(measured, unheard = "consoles listen to it", unherad = "or not", unheard = "or do they"))]
impl Meter {}

fn main() {}
