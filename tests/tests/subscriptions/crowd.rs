//! Subscriptions that come and go while events flow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::{is_long, within};

use super::app;

/// Who stays hears every event once and in order, whoever comes and goes beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stays_hears_every_event_once_while_others_come_and_go() {
    let app = app().await;
    let handle = app.handle();
    let (mut by_name, mut by_pattern) = (handle.subscribe("tick"), handle.subscribe("t*"));
    let is_over = Arc::new(AtomicBool::new(false));
    let ticking = tokio::spawn({
        let (handle, is_over) = (handle.clone(), Arc::clone(&is_over));
        async move {
            let mut sent = 0_u32;
            while !is_over.load(Ordering::Acquire) {
                handle.trigger_event("tick", args! { number: sent }).await.unwrap();
                sent += 1;
                if sent.is_multiple_of(1_000) {
                    tokio::task::yield_now().await;
                }
            }
            sent
        }
    });
    let reading = tokio::spawn(async move {
        for stream in [&mut by_name, &mut by_pattern] {
            let mut expected = 0_u32;
            while let Some(record) = stream.next().await {
                match record.gap() {
                    Some(missed) => expected += u32::try_from(missed).unwrap(),
                    None if record.name() == "exit" => {}
                    None => {
                        assert_eq!(record.field::<u32>("number").unwrap(), expected);
                        expected += 1;
                    }
                }
            }
        }
    });
    let changes = if is_long() { 100_000 } else { 5_000 };
    for number in 0..changes {
        let pattern = ["tick", "t*", "**", "tock"][number % 4];
        let coming = handle.subscribe(pattern).capacity(1);
        let wait = handle.wait_for_event(pattern);
        let called = handle.on(pattern, |_event| async {}).capacity(1);
        let once = handle.once(pattern, |_event| async {});
        drop((coming, wait, called));
        // It is over already if an event came in between.
        handle.unsubscribe(once);
        if number % 64 == 0 {
            tokio::task::yield_now().await;
        }
    }
    is_over.store(true, Ordering::Release);
    let sent = within(ticking).await.unwrap();
    assert!(sent > 0);
    let heard: Vec<u64> = handle.subscriptions().iter().map(|one| one.heard).collect();
    assert_eq!(heard, [u64::from(sent); 2], "nothing else is left, and nothing was heard twice");
    app.shutdown().await.unwrap();
    within(reading).await.unwrap();
}
