#[looselycoupled::test(seeds = 0)]
async fn waters() {}

fn main() {}
