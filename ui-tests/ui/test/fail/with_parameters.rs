use looselycoupled::prelude::*;

#[looselycoupled::test]
async fn waters(app: TestApp) {
    let _ = app;
}

fn main() {}
