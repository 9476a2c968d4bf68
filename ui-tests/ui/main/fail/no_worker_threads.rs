use looselycoupled::prelude::*;

#[looselycoupled::main(worker_threads = 0)]
async fn main() {
    let _ = Duration::ZERO;
}
