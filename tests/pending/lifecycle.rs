//! Promises of `lifecycle` that do not hold yet. See README.md.

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_overlapping_handler_that_occupies_its_thread_ends_before_its_module_is_finalised() {
    let occupying = OccupyingMany::default();
    ends_after_its_handler(occupying.clone(), occupying.0, occupying.1).await;
}
