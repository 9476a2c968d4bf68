use looselycoupled::prelude::*;

#[looselycoupled::main]
async fn start() {
    let _ = Duration::ZERO;
}

fn main() {}
