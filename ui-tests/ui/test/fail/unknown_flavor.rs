#[looselycoupled::test(flavor = "multithread")]
async fn waters() {}

fn main() {}
