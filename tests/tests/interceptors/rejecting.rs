//! What does not pass.

use looselycoupled::interceptor::{Interceptor, Message, Rejection};
use looselycoupled::prelude::*;
use looselycoupled::{ErrorCode, EventError};
use looselycoupled_tests::quiet;

use crate::{LampStub, Moved, application, heard};

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("nobody may do this at night")]
struct Night;

/// Lets nothing pass on one of the sides.
enum Wall {
    Sending,
    Receiving,
}

impl Interceptor for Wall {
    async fn sending(&self, _message: &mut Message) -> Result<(), Rejection> {
        if matches!(self, Self::Sending) { Err(Night.into()) } else { Ok(()) }
    }

    async fn receiving(&self, _message: &mut Message) -> Result<(), Rejection> {
        if matches!(self, Self::Receiving) { Err(Night.into()) } else { Ok(()) }
    }
}

#[track_caller]
fn is_rejected(error: &Error) {
    match error {
        Error::Call(error) => match &**error {
            CallError::Rejected { address, cause } => {
                assert_eq!((&**address, cause.downcast_ref()), ("lamp.set_level", Some(&Night)));
            }
            other => panic!("{other}"),
        },
        Error::Event { cause, .. } => match &**cause {
            EventError::Rejected(cause) => assert_eq!(cause.downcast_ref(), Some(&Night)),
            other => panic!("{other}"),
        },
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_sender_of_what_is_rejected_knows_why_and_nobody_else_hears_of_it() {
    for wall in [Wall::Sending, Wall::Receiving] {
        let app = application().interceptor(wall).start().await.unwrap();
        let handle = app.handle();
        let lamp: LampStub = handle.stub("lamp").unwrap();
        let soon = Duration::from_millis(1);
        is_rejected(&lamp.set_level(1).await.unwrap_err().into());
        is_rejected(&handle.exec_task("lamp.set_level", args! { level: 1 }).await.unwrap_err().into());
        is_rejected(&lamp.set_level(1).enqueue().await.unwrap_err());
        is_rejected(&handle.enqueue_task("lamp.set_level", args! { level: 1 }).await.unwrap_err());
        is_rejected(&lamp.set_level(1).after(soon).enqueue().await.unwrap_err());
        is_rejected(
            &handle.enqueue_task("lamp.set_level", args! { level: 1 }).every(soon).await.unwrap_err(),
        );
        is_rejected(&handle.trigger(Moved { room: "hall".into() }).await.unwrap_err());
        is_rejected(&handle.trigger_event("sunset", args! {}).await.unwrap_err());
        is_rejected(&handle.trigger_event("sunset", args! {}).after(soon).await.unwrap_err());
        app.quiesce().await;
        let statistics = handle.statistics();
        let lamp = statistics.module("lamp").unwrap();
        assert_eq!((lamp.accepted, lamp.refused), (0, 6), "{lamp:?}");
        assert_eq!(statistics.unheard_events, 0);
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn what_a_rejection_says() {
    let app = application().interceptor(Wall::Sending).start().await.unwrap();
    let handle = app.handle();
    let call = handle.exec_task("lamp.set_level", args! { level: 1 }).await.unwrap_err();
    assert_eq!(call.to_string(), "`lamp.set_level` was rejected: nobody may do this at night");
    assert_eq!((call.code(), call.is_refusal()), (ErrorCode::Rejected, true));
    let event = handle.trigger_event("sunset", args! {}).await.unwrap_err();
    assert_eq!(
        event.to_string(),
        "event `sunset` was not sent: it was rejected: nobody may do this at night"
    );
    assert_eq!(event.code(), Some(ErrorCode::EventRejected));
    app.shutdown().await.unwrap();
}

struct Clumsy;

impl Interceptor for Clumsy {
    async fn receiving(&self, message: &mut Message) -> Result<(), Rejection> {
        assert_ne!(message.name(), "lamp.set_level", "I fell");
        Ok(())
    }
}

#[tokio::test]
async fn an_interceptor_that_panics_rejects_and_goes_on() {
    quiet();
    let app = application().interceptor(Clumsy).start().await.unwrap();
    let lamp: LampStub = app.handle().stub("lamp").unwrap();
    let error = lamp.set_level(1).await.unwrap_err();
    assert!(matches!(error, CallError::Rejected { .. }), "{error}");
    assert!(error.to_string().contains("an interceptor panicked: ") && error.to_string().contains("I fell"));
    assert_eq!(lamp.headers().await.unwrap(), "");
    assert_eq!(heard(&app).await, Vec::<String>::new());
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_leads_nowhere_is_told_before_anybody_looks_at_it() {
    let app = application().interceptor(Wall::Sending).start().await.unwrap();
    let handle = app.handle();
    let error = handle.exec_task("lmap.set_level", args! { level: 1 }).await.unwrap_err();
    assert_eq!(error.to_string(), "unknown module `lmap`; did you mean `lamp`?");
    let error = handle.enqueue_task("lamp.set_levl", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "unknown task `lamp.set_levl`; did you mean `lamp.set_level`?");
    app.shutdown().await.unwrap();
}
