#[looselycoupled::test(seed = 7, seeds = 100)]
async fn waters_in_any_order() {}

#[looselycoupled::test(flavor = "multi_thread", worker_threads = 2)]
async fn waters_on_threads() {}

#[looselycoupled::test(crate = ::lc)]
async fn waters_elsewhere() {}
