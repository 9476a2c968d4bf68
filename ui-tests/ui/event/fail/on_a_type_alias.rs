use looselycoupled::prelude::*;

#[event]
type Motion = String;

fn main() {}
