use looselycoupled::prelude::*;

#[looselycoupled::main]
async fn main() {
    let _ = Duration::ZERO;
}
