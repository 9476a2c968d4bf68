#[looselycoupled::test(paused = true)]
async fn waters() {}

fn main() {}
