use looselycoupled::prelude::*;

#[interface]
struct Dimmer;

fn main() {}
