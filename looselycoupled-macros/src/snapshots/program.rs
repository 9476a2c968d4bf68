/// Runs.
#[looselycoupled::main(worker_threads = 2)]
#[allow(unused)]
async fn main() -> Result<(), AppError> {
    App::builder().run().await
}
