use looselycoupled::prelude::*;

#[looselycoupled::main(flavour = "current_thread")]
async fn main() {
    let _ = Duration::ZERO;
}
