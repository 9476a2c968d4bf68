//! What is sent there later.

use looselycoupled::prelude::*;

use crate::{PumpStub, end, two};

const SECOND: Duration = Duration::from_secs(1);

/// Until the pump has been told so often why.
async fn told(pump: &PumpStub, number: usize) -> Vec<String> {
    loop {
        let reasons = pump.reasons().await.unwrap();
        if reasons.len() >= number {
            return reasons;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_leaves_when_its_time_has_come() {
    let both = two().await;
    let handle = both.1.handle();
    let (pump, there): (PumpStub, PumpStub) =
        (handle.stub("pump").unwrap(), both.0.handle().stub("pump").unwrap());
    let by_stub = pump.fill(1, Some("by stub".to_owned())).after(2 * SECOND).enqueue().await.unwrap();
    let arguments = args! { liters: 1, reason: "by name" };
    let by_name = handle.enqueue_task("pump.fill", arguments).after(SECOND).await.unwrap();
    let pending = handle.timers();
    assert_eq!((pending.len(), &*pending[0].address), (2, "pump.fill"));
    tokio::time::advance(SECOND).await;
    assert_eq!(told(&there, 1).await, ["by name"]);
    tokio::time::advance(SECOND).await;
    assert_eq!(told(&there, 2).await, ["by name", "by stub"]);
    assert!(by_stub.is_over() && by_name.is_over());
    let again = pump.fill(1, Some("again".to_owned())).every(SECOND).enqueue().await.unwrap();
    for number in 3..6 {
        tokio::time::advance(SECOND).await;
        assert_eq!(told(&there, number).await.last().unwrap(), "again");
    }
    assert!(again.cancel() && handle.timers().is_empty());
    end(both).await;
}

#[tokio::test(start_paused = true)]
async fn one_that_does_not_arrive_is_a_dead_letter() {
    let (cellar, kitchen) = two().await;
    let pump: PumpStub = kitchen.handle().stub("pump").unwrap();
    pump.drain().after(SECOND).enqueue().await.unwrap();
    pump.drain().after(3_600 * SECOND).enqueue().await.unwrap();
    cellar.shutdown().await.unwrap();
    tokio::time::advance(SECOND).await;
    let letters = loop {
        let lost = kitchen.handle().dead_letters();
        if !lost.letters.is_empty() {
            break lost.letters;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(letters[0].to_string(), "task `pump.drain` undelivered");
    let handle = kitchen.handle();
    kitchen.shutdown().await.unwrap();
    assert_eq!(handle.dead_letters().letters.len(), 2, "what has not left at the end is one, too");
}
