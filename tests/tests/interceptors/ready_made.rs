//! Sessions and traces.

use looselycoupled::interceptor::{SessionHeaders, TraceContext, TraceParent};
use looselycoupled::prelude::*;

use crate::{LampStub, Moved, RemoteStub, application, heard};

#[tokio::test]
async fn a_session_goes_with_everything_that_is_sent_in_it() {
    let app = application().interceptor(SessionHeaders::default()).start().await.unwrap();
    let handle = app.handle();
    let (lamp, remote): (LampStub, RemoteStub) =
        (handle.stub("lamp").unwrap(), handle.stub("remote").unwrap());
    let in_session = SessionHeaders::within("anna", async {
        handle.trigger(Moved { room: "hall".into() }).await.unwrap();
        tokio::task::yield_now().await;
        (lamp.headers().await.unwrap(), remote.headers_of_lamp().await.unwrap())
    });
    assert_eq!(in_session.await, ("session=anna".to_owned(), "session=anna".to_owned()));
    assert_eq!(lamp.headers().await.unwrap(), "");
    assert_eq!(heard(&app).await, ["hall: session=anna"]);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn calls_without_a_session_are_rejected_where_one_is_required() {
    let app = application().interceptor(SessionHeaders::named("user").required()).start().await.unwrap();
    let handle = app.handle();
    let lamp: LampStub = handle.stub("lamp").unwrap();
    let error = lamp.headers().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`lamp.headers` was rejected: it belongs to no session: its header `user` is missing"
    );
    assert_eq!(SessionHeaders::within("anna", lamp.headers()).await.unwrap(), "user=anna");
    handle.trigger_event("sunset", args! {}).await.unwrap();
    let heard = SessionHeaders::within("anna", async { heard(&app).await }).await;
    assert_eq!(heard, ["sunset: "]);
    app.shutdown().await.unwrap();
}

fn trace(headers: &str) -> TraceParent {
    headers.split(' ').find_map(|header| header.strip_prefix("traceparent=")).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_chain_of_messages_is_one_trace_and_each_has_a_number_of_its_own() {
    let app = application().interceptor(TraceContext::default()).start().await.unwrap();
    let handle = app.handle();
    let lamp: LampStub = handle.stub("lamp").unwrap();
    let (one, other) = (trace(&lamp.headers().await.unwrap()), trace(&lamp.headers().await.unwrap()));
    assert_ne!(one.trace(), other.trace());
    assert!(one.is_sampled());
    let mut stream = handle.subscribe("level_changed");
    let calling = tokio::spawn(lamp.tell());
    let told = stream.next().await.unwrap();
    calling.await.unwrap().unwrap();
    assert_ne!(
        trace(&format!("traceparent={}", told.headers().get("traceparent").unwrap())).trace(),
        one.trace()
    );
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_trace_that_somebody_else_began_is_continued_and_one_that_nobody_can_read_is_not() {
    const FOREIGN: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    let app = application()
        .interceptor(SessionHeaders::named("traceparent"))
        .interceptor(TraceContext::default())
        .start()
        .await
        .unwrap();
    let lamp: LampStub = app.handle().stub("lamp").unwrap();
    let headers = SessionHeaders::within(FOREIGN, lamp.headers()).await.unwrap();
    let (known, here): (TraceParent, _) = (FOREIGN.parse().unwrap(), trace(&headers));
    assert_eq!((here.trace(), here.is_sampled()), (known.trace(), false));
    assert_ne!(here.parent(), known.parent());
    let headers = SessionHeaders::within("nonsense", lamp.headers()).await.unwrap();
    assert!(trace(&headers).is_sampled());
    app.shutdown().await.unwrap();
}
