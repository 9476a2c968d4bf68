use looselycoupled::prelude::*;

#[looselycoupled::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let _ = Duration::ZERO;
    Ok(())
}
