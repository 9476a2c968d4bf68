#[looselycoupled::test(flavor = "multi_thread", seed = 7)]
async fn waters() {}

fn main() {}
