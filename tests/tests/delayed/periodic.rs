//! What is sent again and again.

use super::*;
use looselycoupled_tests::balanced;

#[tokio::test(start_paused = true)]
async fn ticks_come_after_one_period_and_then_one_period_apart() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let handle = app.handle();
    let timer = stub.ring("stub".to_owned()).every(2 * SECOND).enqueue().await.unwrap();
    handle.enqueue_task("bell.ring", args! { word: "name" }).every(3 * SECOND).await.unwrap();
    pass(&app, 7 * SECOND).await;
    assert_eq!(bell.journal.take(), ["stub 2000", "name 3000", "stub 4000", "stub 6000", "name 6000"]);
    assert_eq!(counts(&timer), (3, 0));
    balanced_with_timers(&handle, 2);
}

/// Of each periodic task the next one is delayed.
fn balanced_with_timers(handle: &Handle, delayed: u64) {
    let bell = handle.statistics().module("bell").unwrap().clone();
    assert_eq!((bell.accepted, bell.delayed), (bell.accounted(), delayed), "{bell:?}");
}

#[tokio::test(start_paused = true)]
async fn the_first_tick_may_come_at_another_time() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let ring = |word: &str| stub.ring(word.to_owned());
    ring("a").after(SECOND).every(10 * SECOND).enqueue().await.unwrap();
    ring("b").every(10 * SECOND).after(2 * SECOND).enqueue().await.unwrap();
    ring("c").enqueue().after(3 * SECOND).every(10 * SECOND).await.unwrap();
    ring("d").enqueue().every(10 * SECOND).after(Duration::ZERO).await.unwrap();
    pass(&app, 13 * SECOND).await;
    let expected = ["d 0", "a 1000", "b 2000", "c 3000", "d 10000", "a 11000", "b 12000", "c 13000"];
    assert_eq!(bell.journal.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn ticks_do_not_drift_however_late_one_of_them_is() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let timer = stub.ring("tick".to_owned()).every(SECOND).enqueue().await.unwrap();
    for _ in 0..10 {
        // The clock jumps past the tick without letting anybody run.
        tokio::time::advance(Duration::from_millis(1_300)).await;
        app.quiesce().await;
    }
    let times = bell.journal.lines();
    // 1.3, 2.6, 3.9, 5.2, 6.5, 7.8, 9.1, 10.4, 11.7, 13: the first look after each whole second.
    let expected = [1_300, 2_600, 3_900, 5_200, 6_500, 7_800, 9_100, 10_400, 11_700, 13_000];
    assert_eq!(times, expected.map(|time| format!("tick {time}")));
    assert_eq!(counts(&timer), (10, 3), "those at 4, 8 and 13 s came with the one before");
    pass(&app, SECOND).await;
    assert_eq!(bell.journal.lines().last().unwrap(), "tick 14000", "the grid is what it was");
}

#[tokio::test(start_paused = true)]
async fn ticks_that_the_runtime_misses_are_skipped_and_counted() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let timer = stub.ring("tick".to_owned()).every(SECOND).enqueue().await.unwrap();
    tokio::time::advance(Duration::from_millis(1_000_500)).await;
    app.quiesce().await;
    assert_eq!(bell.journal.take(), ["tick 1000500"], "there is no burst");
    assert_eq!(counts(&timer), (1, 999));
    assert_eq!(app.handle().statistics().missed_ticks, 999);
    pass(&app, Duration::from_millis(500)).await;
    assert_eq!(bell.journal.take(), ["tick 1001000"]);
}

#[tokio::test(start_paused = true)]
async fn a_period_below_a_millisecond_misses_ticks_instead_of_flooding_its_target() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let timer = stub.ring("tick".to_owned()).every(Duration::from_nanos(1)).enqueue().await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    timer.cancel();
    app.quiesce().await;
    assert!((1..=21).contains(&timer.sent()), "{}", timer.sent());
    assert!(timer.missed() > 10_000_000, "{}", timer.missed());
}

#[tokio::test(start_paused = true)]
async fn periodic_arguments_are_copies_of_the_first_ones() {
    let bell = Bell::new();
    let (app, _) = bell.start().await;
    let mut word = args! { word: "first" };
    app.handle().enqueue_task("bell.ring", word.clone()).every(SECOND).await.unwrap();
    word.insert("more", 1);
    pass(&app, 2 * SECOND).await;
    assert_eq!(bell.journal.lines(), ["first 1000", "first 2000"]);
}

#[tokio::test(start_paused = true)]
async fn arguments_that_cannot_be_copied_are_told_of_and_the_next_tick_comes() {
    use looselycoupled_tests::Witness;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Panics with every second copy.
    struct Fragile(Arc<AtomicU32>);

    impl Clone for Fragile {
        fn clone(&self) -> Self {
            let copies = self.0.fetch_add(1, Ordering::Relaxed);
            assert!(copies.is_multiple_of(2), "broken on purpose");
            Self(Arc::clone(&self.0))
        }
    }

    struct Shelf(Journal);

    #[module]
    impl Shelf {
        #[task(local)]
        fn put(&mut self, fragile: Fragile) {
            self.0.note(fragile.0.load(Ordering::Relaxed));
        }
    }

    quiet();
    let (journal, witness) = (Journal::new(), Witness::default());
    let app = App::builder()
        .module("shelf", Shelf(journal.clone()))
        .module("witness", witness.clone())
        .start()
        .await
        .unwrap();
    let shelf: ShelfStub = app.handle().stub("shelf").unwrap();
    let timer = shelf.put(Fragile(Arc::default())).every(SECOND).enqueue().await.unwrap();
    pass(&app, 3 * SECOND).await;
    timer.cancel();
    assert_eq!(journal.lines(), ["1", "3"]);
    assert_eq!(witness.0.lines(), ["shelf.put: broken on purpose"]);
    let shelf = app.handle().statistics().module("shelf").unwrap().clone();
    assert_eq!((shelf.handled, shelf.undelivered, shelf.cancelled), (2, 1, 1));
    balanced(&app.handle());
}
