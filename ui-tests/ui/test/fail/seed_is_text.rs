#[looselycoupled::test(seed = "7")]
async fn waters() {}

fn main() {}
