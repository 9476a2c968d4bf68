//! The clock of a test stands still while anything can go on, and jumps where nothing can.

use looselycoupled::prelude::*;
use tokio::time::Instant;

/// Takes its time.
#[derive(Debug, Default)]
struct Slow;

#[module]
impl Slow {
    #[task]
    async fn work(&mut self, minutes: u64) {
        tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
    }

    #[task]
    async fn hang(&mut self) {
        std::future::pending::<()>().await;
    }
}

#[looselycoupled::test]
async fn hours_take_no_time() {
    let (begun, really) = (Instant::now(), std::time::Instant::now());
    let app = TestApp::new().module("slow", Slow).start().await;
    app.enqueue_task("slow.work", args! { minutes: 20 }).await.unwrap();
    app.enqueue_task("slow.work", args! { minutes: 30 }).await.unwrap();
    app.quiesce().await;
    assert_eq!(begun.elapsed(), Duration::from_secs(50 * 60));
    assert!(really.elapsed() < Duration::from_secs(60));
}

#[looselycoupled::test]
async fn deadlines_go_by_that_clock() {
    let app = TestApp::new().module("slow", Slow).start().await;
    let late = app.exec_task("slow.work", args! { minutes: 20 }).timeout(Duration::from_secs(30)).await;
    assert!(matches!(late, Err(CallError::Timeout { begun: true, .. })), "{late:?}");
}

#[looselycoupled::test]
#[should_panic(expected = "after 3600.0s still busy: `slow.hang`")]
async fn what_never_comes_to_rest_is_named_at_once() {
    let app = TestApp::new().module("slow", Slow).start().await;
    app.enqueue_task("slow.hang", args! {}).await.unwrap();
    app.quiesce().await;
}

#[looselycoupled::test(seeds = 20)]
async fn what_is_sent_later_reaches_spies_whatever_the_order() {
    let app = TestApp::new().spy("valve", &["open"]).start().await;
    let begun = Instant::now();
    app.enqueue_task("valve.open", args! { litres: 2 }).after(Duration::from_secs(3600)).await.unwrap();
    let dripping =
        app.enqueue_task("valve.open", args! { litres: 1 }).every(Duration::from_secs(1200)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    app.quiesce().await;
    assert!(dripping.cancel());
    let litres: Vec<u8> = app.calls("valve.open").iter().map(|call| call.get("litres").unwrap()).collect();
    // The two that fall due at the same instant in the order of their acceptance.
    assert_eq!(litres, [1, 1, 2, 1]);
    assert_eq!(begun.elapsed(), Duration::from_secs(3600));
}
