//! `exec!` and `enqueue!`.

use looselycoupled::CallError;
use looselycoupled::prelude::*;

use crate::{Colour, Lamp, TooBright, running};

#[tokio::test]
async fn an_address_leads_to_its_instance_in_whatever_order_they_were_listed() {
    let app = running().await;
    let ctx = app.handle();
    assert_eq!(exec!(ctx, "hall_lamp.level").await.unwrap(), 1);
    assert_eq!(exec!(ctx, "attic_lamp.level").await.unwrap(), 2);
    assert_eq!(exec!(ctx, "garden-lamp.level").await.unwrap(), 3);
}

#[tokio::test]
async fn arguments_come_in_any_order_and_defaults_stand_in_for_those_left_out() {
    let app = running().await;
    let ctx = app.handle();
    let before: u8 = exec!(ctx, "hall_lamp.set_level", level = 90).await.unwrap();
    assert_eq!(before, 1);
    let level = 95;
    assert_eq!(exec!(ctx, "hall_lamp.set_level", fade = None, most = 95, level).await.unwrap(), 90);
    let refused = exec!(ctx, "hall_lamp.set_level", level = 101).await.unwrap_err();
    assert!(matches!(refused, CallError::Failed(TooBright(101))), "the task's own error, typed: {refused:?}");
}

#[tokio::test]
async fn names_are_those_that_callers_write() {
    let app = running().await;
    let ctx = app.handle();
    assert_eq!(exec!(ctx, "hall_lamp.what-is", r#type = "lamp".to_owned()).await.unwrap(), "lamp");
    assert_eq!(exec!(ctx, "hall_lamp.after_one_that_does_not_exist").await.unwrap(), 77);
}

#[tokio::test]
async fn what_serde_does_not_know_can_be_given() {
    let app = running().await;
    let ctx = app.handle();
    assert_eq!(exec!(ctx, "hall_lamp.paint", colour = Colour("red")).await.unwrap(), Colour("red"));
}

#[tokio::test(start_paused = true)]
async fn a_call_can_be_told_what_a_call_by_stub_can() {
    let app = running().await;
    let ctx = app.handle();
    let minute = Some(Duration::from_secs(60));
    let late =
        exec!(ctx, "hall_lamp.set_level", level = 2, fade = minute).timeout(Duration::from_secs(1)).await;
    assert!(matches!(late, Err(CallError::Timeout { begun: true, .. })), "{late:?}");
    let later = exec!(ctx, "attic_lamp.set_level", level = 7).after(Duration::from_secs(5));
    let _ticket = later.enqueue().await.unwrap();
    assert_eq!(exec!(ctx, "attic_lamp.level").await.unwrap(), 2);
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(exec!(ctx, "attic_lamp.level").await.unwrap(), 7);
}

#[tokio::test]
async fn a_task_is_put_in_line() {
    let app = running().await;
    let ctx = app.handle();
    enqueue!(ctx, "hall_lamp.set_level", level = 5).priority(Priority::High).await.unwrap();
    app.quiesce().await;
    assert_eq!(exec!(ctx, "hall_lamp.level").await.unwrap(), 5);
}

#[tokio::test]
async fn calls_stand_in_each_others_arguments() {
    let app = running().await;
    let ctx = app.handle();
    let level = exec!(
        ctx,
        "hall_lamp.set_level",
        level = exec!(ctx, "garden-lamp.set_level", level = exec!(ctx, "attic_lamp.level").await.unwrap())
            .await
            .unwrap()
    );
    assert_eq!(level.await.unwrap(), 1);
    assert_eq!(exec!(ctx, "hall_lamp.level").await.unwrap(), 3);
    assert_eq!(exec!(ctx, "garden-lamp.level").await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_may_block_calls_as_well() {
    let app = running().await;
    let ctx = app.handle();
    let level = std::thread::spawn(move || exec!(ctx, "attic_lamp.level").blocking()).join().unwrap();
    assert_eq!(level.unwrap(), 2);
}

#[tokio::test]
async fn the_call_is_that_of_the_stub() {
    let app = running().await;
    let ctx = app.handle();
    let stub: <Lamp as Module>::Stub = ctx.stub("hall_lamp").unwrap();
    let mut calls = vec![stub.level()];
    calls.push(exec!(ctx, "attic_lamp.level"));
    let mut levels = Vec::new();
    for call in calls {
        levels.push(call.await.unwrap());
    }
    assert_eq!(levels, [1, 2]);
}
