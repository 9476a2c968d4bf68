//! Arguments, results and errors, by stub and by name.

use std::convert::Infallible;
use std::sync::mpsc;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, settle};

use super::{Lamp, LampError, LampStub, Scene, lamp};

#[tokio::test]
async fn a_stub_brings_the_tasks_own_types() {
    let (_app, lamp) = lamp().await;
    let before: Result<u8, CallError<LampError>> = lamp.set_level(40).await;
    assert_eq!(before.unwrap(), 0);
    let level: Result<u8, CallError<Infallible>> = lamp.level().await;
    assert_eq!(level.unwrap(), 40);
}

#[tokio::test]
async fn a_call_by_name_brings_the_same_as_the_stub() {
    let (app, lamp) = lamp().await;
    let scene = Scene { name: "film".to_owned(), levels: vec![("hall".to_owned(), 3)], fade: Some(0.1) };
    let by_stub = lamp.play(scene.clone()).await.unwrap();
    let reply = app.handle().exec_task("lamp.play", args! { scene: scene }).await.unwrap();
    assert_eq!(reply.get::<Scene>().unwrap(), by_stub);
    assert_eq!(by_stub.name, "film on lamp");
}

#[tokio::test]
async fn arguments_by_name_come_in_any_order() {
    let (app, _) = lamp().await;
    let arguments = args! { ceiling: 3, by: 1, floor: 2 };
    let reply = app.handle().exec_task("lamp.dim", arguments).await.unwrap();
    assert_eq!(reply.get::<(Option<u8>, u8, u8)>().unwrap(), (Some(1), 2, 3));
}

#[tokio::test]
async fn options_and_defaults_may_be_left_out() {
    let (app, lamp) = lamp().await;
    let handle = app.handle();
    let reply = handle.exec_task("lamp.dim", args! {}).await.unwrap();
    assert_eq!(reply.get::<(Option<u8>, u8, u8)>().unwrap(), (None, 0, 90));
    let reply = handle.exec_task("lamp.dim", args! { by: None::<u8>, ceiling: 5 }).await.unwrap();
    assert_eq!(reply.get::<(Option<u8>, u8, u8)>().unwrap(), (None, 0, 5));
    assert_eq!(lamp.dim(Some(9), 8, 7).await.unwrap(), (Some(9), 8, 7));
}

#[tokio::test]
async fn numbers_keep_all_their_bits_by_name() {
    let (app, _) = lamp().await;
    let arguments = args! { big: u64::MAX, small: i64::MIN, nothing: (), tiny: f64::MIN_POSITIVE };
    let reply = app.handle().exec_task("lamp.exact", arguments).await.unwrap();
    let (big, small, (), tiny) = reply.get::<(u64, i64, (), f64)>().unwrap();
    assert_eq!((big, small, tiny.to_bits()), (u64::MAX, i64::MIN, f64::MIN_POSITIVE.to_bits()));
}

#[tokio::test]
async fn a_task_may_have_a_name_of_its_own() {
    let (app, lamp) = lamp().await;
    app.handle().exec_task("lamp.fade-to", args! { level: 12 }).await.unwrap();
    assert_eq!(lamp.level().await.unwrap(), 12);
    lamp.fade(13).await.unwrap();
    assert_eq!(lamp.level().await.unwrap(), 13);
}

#[tokio::test]
async fn the_tasks_own_error_stays_typed_through_the_stub() {
    let (_app, lamp) = lamp().await;
    match lamp.set_level(120).await {
        Err(CallError::Failed(error)) => assert_eq!(error, LampError::TooBright(120)),
        other => panic!("{other:?}"),
    }
    assert_eq!(lamp.level().await.unwrap(), 0, "a refused level changes nothing");
}

#[tokio::test]
async fn by_name_the_tasks_own_error_is_found_inside_the_failure() {
    let (app, _) = lamp().await;
    let error = app.handle().exec_task("lamp.set_level", args! { level: 120 }).await.unwrap_err();
    assert_eq!(error.to_string(), "level 120 is above 100");
    let CallError::Failed(failure) = error else { panic!("{error:?}") };
    assert_eq!(failure.downcast_ref(), Some(&LampError::TooBright(120)));
    assert!(failure.type_name().ends_with("LampError"), "{}", failure.type_name());
}

#[tokio::test]
async fn every_alias_called_result_is_a_result() {
    let (app, lamp) = lamp().await;
    let error = lamp.broken_bulb().await.unwrap_err();
    assert!(matches!(error, CallError::Failed(error) if error.kind() == std::io::ErrorKind::NotFound));
    assert_eq!(lamp.short_alias(false).await.unwrap(), 7);
    assert!(matches!(lamp.short_alias(true).await, Err(CallError::Failed(words)) if words == "in words"));
    assert!(matches!(lamp.boxed().await, Err(CallError::Failed(error)) if error.to_string() == "boxed"));
    let by_name = app.handle().exec_task("lamp.short_alias", args! { fail: true }).await.unwrap_err();
    assert_eq!(by_name.to_string(), "in words");
}

#[tokio::test]
async fn an_anyhow_error_keeps_its_causes() {
    let (app, lamp) = lamp().await;
    let error = lamp.anyhow().await.unwrap_err();
    assert!(matches!(&error, CallError::Failed(own) if own.chain().count() == 2));
    let error: Error = app.handle().exec_task("lamp.anyhow", args! {}).await.unwrap_err().into();
    assert_eq!(error.to_string(), "cannot light");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "the wire is cut");
}

#[tokio::test]
async fn a_stubs_error_becomes_the_frameworks_by_a_question_mark() {
    async fn light(lamp: &LampStub) -> Result<u8> {
        Ok(lamp.set_level(101).await?)
    }
    let (_app, lamp) = lamp().await;
    let error = light(&lamp).await.unwrap_err();
    assert_eq!(error.to_string(), "level 101 is above 100");
}

#[tokio::test]
async fn a_name_without_a_dot_is_a_task_of_the_own_module() {
    let (app, lamp) = lamp().await;
    let journal = Journal::new();
    let other = Lamp { journal: journal.clone(), ..Lamp::default() };
    let second = App::builder().module("desk", other).module("hall", Lamp::default()).start().await.unwrap();
    second.handle().exec_task("desk.remember", args! { word: "mine" }).await.unwrap();
    settle(&second).await;
    assert_eq!(journal.lines(), ["enqueued", "mine"]);
    drop((app, lamp));
}

#[tokio::test]
async fn a_name_without_a_dot_leads_nowhere_outside_of_modules() {
    let (app, _) = lamp().await;
    let error = app.handle().exec_task("level", args! {}).await.unwrap_err();
    assert!(matches!(error, CallError::UnknownModule { .. } | CallError::UnknownTask { .. }), "{error:?}");
}

#[tokio::test]
async fn a_local_task_takes_what_cannot_be_serialised() {
    let (_app, lamp) = lamp().await;
    lamp.set_level(21).await.unwrap();
    let (sender, receiver) = mpsc::channel();
    let thread = lamp.lend(sender, |level| 2 * level).await.unwrap();
    assert_eq!(receiver.try_recv().unwrap(), 42);
    assert_eq!(thread, std::thread::current().id(), "an idle module is entered on the caller's thread");
}
