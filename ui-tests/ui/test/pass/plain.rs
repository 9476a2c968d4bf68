use looselycoupled::prelude::*;

#[looselycoupled::test]
async fn waters() {
    let app = TestApp::new().start().await;
    app.quiesce().await;
}

fn main() {}
