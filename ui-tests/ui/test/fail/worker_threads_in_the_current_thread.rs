#[looselycoupled::test(worker_threads = 2)]
async fn waters() {}

fn main() {}
