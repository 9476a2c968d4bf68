#[looselycoupled::test]
struct Waters;

fn main() {}
