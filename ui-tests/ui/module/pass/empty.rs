use looselycoupled::prelude::*;

struct Lamp;

#[module]
impl Lamp {}

fn main() {}
