#[looselycoupled::test]
#[test]
async fn waters() {}

fn main() {}
