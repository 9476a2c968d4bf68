use looselycoupled::prelude::*;

#[looselycoupled::main(flavor = "multithread")]
async fn main() {
    let _ = Duration::ZERO;
}
