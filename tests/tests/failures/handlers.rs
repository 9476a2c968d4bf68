//! Errors and panics of handlers.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, balanced, begin, within};

use super::{Bomb, Dark, House, house};

#[tokio::test]
async fn an_error_goes_to_its_caller_and_to_nobody_else() {
    let house = house().await;
    assert!(matches!(house.fragile.fail().await, Err(CallError::Failed(Dark(_)))));
    let error = house.handle.exec_task("fragile.fail", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "the lamp is dark");
    assert!(house.told().await.is_empty());
    assert_eq!(house.counted(), (0, 2, 0));
}

#[tokio::test]
async fn an_error_of_a_queued_task_becomes_an_exception() {
    let house = house().await;
    house.fragile.fail().enqueue().await.unwrap();
    house.handle.enqueue_task("fragile.fail", args! {}).await.unwrap();
    assert_eq!(house.told().await, ["fragile.fail: the lamp is dark"; 2]);
}

#[tokio::test]
async fn an_error_of_an_event_handler_becomes_an_exception() {
    let house = house().await;
    house.handle.trigger_event("fail.please", args! { how: "error" }).await.unwrap();
    house.handle.trigger_event("fail.please", args! { how: "panic" }).await.unwrap();
    let told = house.told().await;
    assert_eq!(told, ["fragile.hear: the lamp is dark", "fragile.hear: heard on purpose"]);
    assert_eq!(house.counted(), (0, 2, 1));
}

#[tokio::test]
async fn a_panic_reaches_its_caller_as_an_error_and_the_module_goes_on() {
    let house = house().await;
    let error = house.fragile.burst(7).await.unwrap_err();
    assert_eq!(error.to_string(), "`fragile.burst` panicked: burst on purpose at 7");
    assert!(matches!(error, CallError::Panicked { .. }));
    assert_eq!(house.fragile.level().await.unwrap(), 7, "with the state as the panic left it");
    let error = house.handle.exec_task("fragile.burst_later", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "`fragile.burst_later` panicked: burst on purpose later");
    let error = within(house.fragile.burst_apart()).await.unwrap_err();
    assert_eq!(error.to_string(), "`fragile.burst_apart` panicked: burst on purpose apart");
    assert_eq!(house.fragile.level().await.unwrap(), 8);
    assert!(house.told().await.is_empty(), "the callers know");
    assert_eq!(house.counted(), (2, 3, 3));
}

#[tokio::test]
async fn a_panic_of_a_queued_task_becomes_an_exception() {
    let house = house().await;
    house.fragile.burst(1).enqueue().await.unwrap();
    house.fragile.burst_later().enqueue().await.unwrap();
    house.fragile.burst_apart().enqueue().await.unwrap();
    let expected = [
        "fragile.burst: burst on purpose at 1",
        "fragile.burst_later: burst on purpose later",
        "fragile.burst_apart: burst on purpose apart",
    ];
    assert_eq!(house.told().await, expected);
    assert_eq!(house.counted(), (0, 3, 3));
}

#[tokio::test]
async fn a_panic_without_words_is_a_panic_all_the_same() {
    let house = house().await;
    let error = house.fragile.burst_with_a_number().await.unwrap_err();
    assert!(matches!(&error, CallError::Panicked { message, .. } if !message.is_empty()), "{error:?}");
    assert_eq!(house.fragile.level().await.unwrap(), 1);
}

#[tokio::test]
async fn a_panic_while_a_handler_is_dropped_is_one_of_the_handler() {
    let house = house().await;
    let error = house.fragile.burst_while_dropping().await.unwrap_err();
    assert_eq!(error.to_string(), "`fragile.burst_while_dropping` panicked: exploded on purpose");
    assert_eq!(house.fragile.level().await.unwrap(), 1);
    house.told().await;
}

#[tokio::test]
async fn a_panic_whose_payload_panics_when_it_is_dropped_harms_nobody() {
    let house = house().await;
    for _ in 0..3 {
        let errors = [
            within(house.fragile.burst_with_a_bomb()).await.unwrap_err(),
            within(house.fragile.burst_with_a_bomb_later()).await.unwrap_err(),
            within(house.fragile.burst_with_a_bomb_apart()).await.unwrap_err(),
        ];
        assert!(errors.iter().all(|error| matches!(error, CallError::Panicked { .. })), "{errors:?}");
        house.fragile.burst_with_a_bomb().enqueue().await.unwrap();
        house.fragile.burst_with_a_bomb_later().enqueue().await.unwrap();
        house.fragile.burst_with_a_bomb_apart().enqueue().await.unwrap();
        assert_eq!(within(house.fragile.level()).await.unwrap(), 0);
    }
    assert_eq!(house.told().await.len(), 9);
    assert_eq!(house.counted(), (3, 18, 18));
}

#[tokio::test(start_paused = true)]
async fn arguments_that_panic_when_they_are_dropped_harm_nobody() {
    let house = house().await;
    let gate = Gate::default();
    house.fragile.hold(gate.clone()).enqueue().await.unwrap();
    gate.reached(1).await;
    let mut expired = house.fragile.take(Bomb(true)).timeout(Duration::from_millis(30));
    assert!(begin(&mut expired).await.is_pending());
    let cancelled = house.fragile.take(Bomb(true)).enqueue().await.unwrap();
    assert!(cancelled.cancel());
    tokio::time::sleep(Duration::from_secs(1)).await;
    gate.open();
    assert_eq!(within(house.fragile.level()).await.unwrap(), 0, "the loop goes on");
    assert!(matches!(within(expired).await, Err(CallError::Timeout { begun: false, .. })));
    let gate = Gate::default();
    house.fragile.hold(gate.clone()).enqueue().await.unwrap();
    gate.reached(1).await;
    for _ in 0..3 {
        house.fragile.take(Bomb(true)).enqueue().await.unwrap();
    }
    let House { app, handle, .. } = house;
    let ending = tokio::spawn(app.shutdown());
    tokio::time::sleep(Duration::from_secs(6)).await;
    gate.open();
    within(ending).await.unwrap().unwrap();
    balanced(&handle);
    let fragile = handle.statistics().module("fragile").unwrap().clone();
    assert_eq!((fragile.expired, fragile.cancelled, fragile.undelivered), (1, 1, 3), "{fragile:?}");
}

#[tokio::test]
async fn a_hundred_panics_in_a_row_harm_nobody() {
    let house = house().await;
    for level in 0..100 {
        assert!(house.fragile.burst(level).await.is_err());
        house.fragile.burst_later().enqueue().await.unwrap();
    }
    assert_eq!(house.told().await.len(), 100);
    assert_eq!(house.counted(), (0, 200, 200));
}
