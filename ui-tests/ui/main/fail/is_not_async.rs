use looselycoupled::prelude::*;

#[looselycoupled::main]
fn main() {
    let _ = Duration::ZERO;
}
