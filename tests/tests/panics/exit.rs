//! Panics that end the application while others work.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, balanced, quiet, within};

use super::modules::{Asker, FATAL, Fragile};
use super::on_purpose::{Explosions, How};

/// Calls until there is nobody to call, at the latest when its last call is answered.
async fn call_until_the_end(handle: Handle, mut dice: Dice) {
    loop {
        let module = ["one", "other"][dice.roll(2) as usize];
        match within(handle.exec_task(&format!("{module}.sound"), args! {})).await {
            Ok(_) => tokio::task::yield_now().await,
            Err(CallError::ShuttingDown { .. } | CallError::NotReady { .. }) => return,
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Has a module panic whose policy is `exit`, while others call it and its neighbour.
pub(super) async fn panic_under_load(mut dice: Dice) {
    quiet();
    let explosions = Explosions::default();
    let app = App::builder()
        .module("one", Fragile(explosions.charge()))
        .module("other", Fragile(explosions.charge()))
        .module("asker", Asker)
        .policy("one", Policy::Exit)
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let callers: Vec<_> = (0..4)
        .map(|_| tokio::spawn(call_until_the_end(app.handle(), Dice::new(dice.roll(u64::MAX)))))
        .collect();
    for _ in 0..dice.roll(20) {
        tokio::task::yield_now().await;
    }
    let address = format!("one.{}", FATAL[dice.roll(FATAL.len() as u64) as usize]);
    let how = How::throw(&mut dice);
    if dice.roll(2) == 0 {
        let error = within(handle.exec_task(&address, args! { how: how })).await.unwrap_err();
        assert!(matches!(error, CallError::Panicked { .. }), "{error:?}");
    } else {
        within(handle.enqueue_task(&address, args! { how: how })).await.unwrap();
    }
    let error = within(app.ended()).await.unwrap_err();
    assert!(matches!(error, AppError::Failed(_)), "{error:?}");
    assert!(error.to_string().contains(&format!("`{address}` panicked: ")), "{error}");
    for caller in callers {
        within(caller).await.unwrap();
    }
    balanced(&handle);
    assert_eq!(explosions.count(), 2, "both states are given back");
}
