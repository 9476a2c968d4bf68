use looselycoupled::prelude::*;

#[looselycoupled::main]
struct Main;

fn main() {
    let _ = Duration::ZERO;
}
