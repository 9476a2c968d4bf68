use looselycoupled::prelude::*;

struct Motion;

#[event]
impl Motion {}

fn main() {}
