use looselycoupled::prelude::*;

#[looselycoupled::main(worker_threads = "2")]
async fn main() {
    let _ = Duration::ZERO;
}
