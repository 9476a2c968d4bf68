#[looselycoupled::test(sed = 7)]
async fn waters() {}

fn main() {}
