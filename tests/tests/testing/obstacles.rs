//! A run that cannot be replayed says why.

use looselycoupled::prelude::*;

/// Has code on threads of its own.
#[derive(Debug, Default)]
struct Threaded;

#[module]
impl Threaded {
    #[task(blocking)]
    fn dig(&mut self) {
        // Real time, of which the test sees nothing.
        std::thread::sleep(Duration::from_millis(20));
    }

    #[run(thread)]
    fn watch(_ctx: Context) {}
}

/// Has none.
#[derive(Debug, Default)]
struct Plain;

#[module]
impl Plain {
    #[run]
    async fn watch(ctx: Context) -> Result<()> {
        ctx.no_longer_active().await;
        Ok(())
    }
}

#[looselycoupled::test]
async fn one_thread_with_a_seed_is_replayed_exactly() {
    let app = TestApp::new().module("plain", Plain).spy("valve", &["open"]).start().await;
    assert!(app.obstacles().is_empty(), "{:?}", app.obstacles());
}

#[looselycoupled::test]
async fn what_has_threads_of_its_own_is_named() {
    let app = TestApp::new().module("plain", Plain).module("threaded", Threaded).start().await;
    let expected =
        ["`threaded.dig` runs on a thread of its own", "`threaded.run` runs on a thread of its own"];
    assert_eq!(app.obstacles(), expected);
}

#[looselycoupled::test]
async fn the_clock_stands_still_while_a_blocking_task_works() {
    let app = TestApp::new().module("threaded", Threaded).start().await;
    let begun = tokio::time::Instant::now();
    let dug = app.exec_task("threaded.dig", args! {}).timeout(Duration::from_millis(1)).await;
    assert!(dug.is_ok(), "{dug:?}");
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[looselycoupled::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_threads_cannot_be_replayed() {
    let app = TestApp::new().module("plain", Plain).start().await;
    assert_eq!(app.obstacles(), ["the runtime has several threads"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_several_threads_no_seed_is_missed_and_threads_of_their_own_are_named_as_well() {
    let app = TestApp::new().module("threaded", Threaded).start().await;
    let expected = [
        "the runtime has several threads",
        "`threaded.dig` runs on a thread of its own",
        "`threaded.run` runs on a thread of its own",
    ];
    assert_eq!(app.obstacles(), expected);
}

#[tokio::test]
async fn a_test_of_another_kind_has_no_seed() {
    let app = TestApp::new().module("plain", Plain).start().await;
    assert_eq!(app.obstacles(), ["the test has no seed: write `#[looselycoupled::test]` above it"]);
    app.quiesce().await;
}
