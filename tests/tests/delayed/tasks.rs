//! Tasks that are put in line once their time has come.

use super::*;
use looselycoupled_tests::balanced;

#[tokio::test(start_paused = true)]
async fn a_task_is_sent_when_its_time_has_come_and_hours_take_no_time() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let timer = stub.ring("noon".to_owned()).after(Duration::from_secs(12 * 3600)).enqueue().await.unwrap();
    pass(&app, Duration::from_secs(12 * 3600 - 1)).await;
    assert!(bell.journal.lines().is_empty() && !timer.is_over());
    pass(&app, SECOND).await;
    assert_eq!(bell.journal.lines(), ["noon 43200000"]);
    assert!(timer.is_over() && counts(&timer) == (1, 0));
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn every_way_to_put_a_task_in_line_can_be_delayed() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let (handle, second) = (app.handle(), SECOND);
    let word = |word: &str| args! { word };
    stub.ring("call".to_owned()).after(second).enqueue().await.unwrap();
    stub.ring("enqueue".to_owned()).enqueue().after(2 * second).await.unwrap();
    handle.enqueue_task("bell.ring", word("name")).after(3 * second).await.unwrap();
    let (elsewhere, arguments) = (handle.clone(), word("thread"));
    let from_thread = move || elsewhere.enqueue_task("bell.ring", arguments).after(4 * second).blocking();
    std::thread::spawn(from_thread).join().unwrap().unwrap();
    std::thread::spawn(move || stub.ring("stub".to_owned()).after(5 * second).enqueue().blocking())
        .join()
        .unwrap()
        .unwrap();
    let delayed = handle.statistics().module("bell").unwrap().delayed;
    assert_eq!((delayed, handle.timers().len()), (5, 5));
    pass(&app, 5 * second).await;
    assert_eq!(bell.journal.lines(), ["call 1000", "enqueue 2000", "name 3000", "thread 4000", "stub 5000"]);
}

#[tokio::test(start_paused = true)]
async fn the_time_counts_from_the_acceptance() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let later = stub.ring("late".to_owned()).after(SECOND).enqueue();
    tokio::time::sleep(10 * SECOND).await;
    assert!(app.handle().timers().is_empty(), "nothing is accepted before it is awaited");
    later.await.unwrap();
    pass(&app, SECOND).await;
    assert_eq!(bell.journal.lines(), ["late 11000"]);
}

#[tokio::test(start_paused = true)]
async fn what_falls_due_at_the_same_instant_goes_in_the_order_of_acceptance() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    for number in 0..1_000 {
        // Half of them were accepted long before, for the same instant.
        stub.ring(number.to_string()).after(10 * SECOND).enqueue().await.unwrap();
    }
    tokio::time::sleep(4 * SECOND).await;
    for number in 1_000..2_000 {
        stub.ring(number.to_string()).after(6 * SECOND).enqueue().await.unwrap();
    }
    pass(&app, 6 * SECOND).await;
    let expected: Vec<String> = (0..2_000).map(|number| format!("{number} 10000")).collect();
    assert_eq!(bell.journal.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn who_is_accepted_later_may_fall_due_earlier() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    for (word, seconds) in [("last", 30), ("first", 10), ("second", 20)] {
        stub.ring(word.to_owned()).after(seconds * SECOND).enqueue().await.unwrap();
        tokio::task::yield_now().await;
    }
    pass(&app, 30 * SECOND).await;
    assert_eq!(bell.journal.lines(), ["first 10000", "second 20000", "last 30000"]);
}

#[tokio::test(start_paused = true)]
async fn no_duration_is_too_long_or_too_short() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    stub.ring("at once".to_owned()).after(Duration::ZERO).enqueue().await.unwrap();
    let never = stub.ring("never".to_owned()).after(Duration::MAX).enqueue().await.unwrap();
    let seldom = stub.ring("seldom".to_owned()).every(Duration::MAX).enqueue().await.unwrap();
    app.quiesce().await;
    assert_eq!(bell.journal.lines(), ["at once 0"], "what is due at once is waited for");
    assert!(never.cancel() && seldom.cancel());
}

#[tokio::test(start_paused = true)]
async fn what_is_delayed_is_listed_until_it_is_sent() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let handle = app.handle();
    let timer = stub.ring("once".to_owned()).after(3 * SECOND).enqueue().await.unwrap();
    handle.trigger_event("noon", args! { hour: 12 }).after(SECOND).every(SECOND).await.unwrap();
    pass(&app, 2 * SECOND).await;
    let listed: Vec<_> =
        handle.timers().into_iter().map(|of| (of.address, of.remaining, of.period, of.sent)).collect();
    let once = ("bell.ring".to_owned(), SECOND, None, 0);
    assert_eq!(listed, [once, ("noon".to_owned(), SECOND, Some(SECOND), 2)]);
    assert_eq!(handle.timers()[0].id, timer.id());
    pass(&app, SECOND).await;
    assert_eq!(handle.timers().len(), 1);
}
