use looselycoupled::prelude::*;

#[event]
fn motion() {}

fn main() {}
