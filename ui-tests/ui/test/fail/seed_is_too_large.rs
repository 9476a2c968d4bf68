#[looselycoupled::test(seed = 18446744073709551616)]
async fn waters() {}

fn main() {}
