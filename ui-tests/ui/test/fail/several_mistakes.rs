use looselycoupled::prelude::*;

#[looselycoupled::test(sed = 7)]
fn waters(app: TestApp) {
    let _ = app;
}

fn main() {}
