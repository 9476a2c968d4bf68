#[looselycoupled::test]
fn waters() {}

fn main() {}
