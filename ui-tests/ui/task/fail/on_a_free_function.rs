use looselycoupled::prelude::*;

#[looselycoupled::task]
fn level() -> Duration {
    Duration::ZERO
}

fn main() {}
