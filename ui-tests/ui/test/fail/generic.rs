#[looselycoupled::test]
async fn waters<T>() {}

fn main() {}
