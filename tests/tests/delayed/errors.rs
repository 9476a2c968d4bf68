//! What is wrong is told when it would be accepted, in the words of the undelayed form.

use super::*;
use looselycoupled::{Arguments, EventError, Phase};
use looselycoupled_tests::balanced;

/// What the undelayed form answers, which the delayed ones must answer as well.
async fn alike(app: &App, address: &str, arguments: Arguments) -> String {
    let handle = app.handle();
    let refused = || handle.statistics().modules.iter().map(|module| module.refused).sum::<u64>();
    let before = refused();
    let at_once = handle.enqueue_task(address, arguments.clone()).await.unwrap_err().to_string();
    let counted = refused() - before;
    let later = handle.enqueue_task(address, arguments.clone()).after(SECOND).await.unwrap_err();
    let again = handle.enqueue_task(address, arguments).every(SECOND).await.unwrap_err();
    assert_eq!((later.to_string(), again.to_string()), (at_once.clone(), at_once.clone()));
    assert_eq!(refused() - before, 3 * counted, "it is counted as the undelayed one is");
    assert!(handle.timers().is_empty());
    at_once
}

#[tokio::test(start_paused = true)]
async fn a_wrong_address_or_argument_is_refused_at_once() {
    let bell = Bell::new();
    let (app, _) = bell.start().await;
    for (address, arguments, expected) in [
        ("bel.ring", args! { word: "x" }, "unknown module `bel`; did you mean `bell`?"),
        ("bell.rnig", args! { word: "x" }, "unknown task `bell.rnig`; did you mean `bell.ring`?"),
        ("bell.ring", args! { wrod: "x" }, "`bell.ring`: unknown argument `wrod`; did you mean `word`?"),
        ("bell.ring", args! {}, "`bell.ring`: missing argument `word` of type `String`"),
    ] {
        assert_eq!(alike(&app, address, arguments).await, expected);
    }
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn a_wrong_event_is_refused_at_once() {
    let bell = Bell::new();
    let (app, _) = bell.start().await;
    let handle = app.handle();
    for name in ["a b", "exit*"] {
        let at_once = handle.trigger_event(name, args! {}).await.unwrap_err().to_string();
        let later = handle.trigger_event(name, args! {}).after(SECOND).await.unwrap_err();
        assert_eq!(later.to_string(), at_once);
    }
    assert_eq!(handle.statistics().delayed_events.accepted, 0);
}

#[tokio::test(start_paused = true)]
async fn a_period_of_zero_is_refused() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let handle = app.handle();
    let expected = "`bell.ring` was not accepted: every 0ns would be without end; state a longer period";
    let by_stub = stub.ring("x".to_owned()).every(Duration::ZERO).enqueue().await.unwrap_err();
    let by_name = handle.enqueue_task("bell.ring", args! { word: "x" }).every(Duration::ZERO);
    for error in [by_stub, by_name.await.unwrap_err()] {
        assert_eq!(error.to_string(), expected);
        assert!(matches!(error, Error::Call(error) if matches!(*error, CallError::NoPeriod { .. })));
    }
    let event = handle.trigger(Dusk { level: 0 }).after(SECOND).every(Duration::ZERO).await.unwrap_err();
    assert_eq!(
        event.to_string(),
        "event `dusk` was not sent: every 0ns would be without end; state a longer period"
    );
    assert!(matches!(event, Error::Event { cause, .. } if matches!(*cause, EventError::NoPeriod)));
    assert_eq!(handle.statistics().module("bell").unwrap().refused, 2);
    balanced(&handle);
}

#[tokio::test(start_paused = true)]
async fn a_verb_that_blocks_is_refused_on_a_thread_of_the_runtime() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let handle = app.handle();
    let by_stub = stub.ring("x".to_owned()).after(SECOND).enqueue().blocking().unwrap_err();
    let by_name = handle.enqueue_task("bell.ring", args! { word: "x" }).after(SECOND).blocking().unwrap_err();
    let event = handle.trigger_event("noon", args! { hour: 1 }).after(SECOND).blocking().unwrap_err();
    let call = "`bell.ring` was called by a blocking verb on a thread of the runtime; await the call instead";
    assert_eq!((by_stub.to_string(), by_name.to_string()), (call.to_owned(), call.to_owned()));
    assert!(event.to_string().contains("a blocking verb was used"), "{event}");
    assert!(handle.timers().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_module_that_is_gone_takes_nothing_for_later() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    let handle = app.handle();
    app.shutdown().await.unwrap();
    assert_eq!(handle.phase("bell"), Some(Phase::Inactive));
    let task = stub.ring("x".to_owned()).after(SECOND).enqueue().await.unwrap_err();
    assert_eq!(task.to_string(), "module `bell` is inactive and takes no calls");
    let event = handle.trigger(Dusk { level: 1 }).after(SECOND).await.unwrap_err();
    assert_eq!(event.to_string(), "event `dusk` was not sent: the application is ending");
}

#[test]
fn what_is_sent_later_can_be_awaited_anywhere() {
    fn is_free<T: Send + Unpin + 'static>(_: &T) {}

    let check = |handle: &Handle, stub: &BellStub| {
        is_free(&stub.ring(String::new()).after(SECOND).enqueue());
        is_free(&handle.enqueue_task("bell.ring", args! {}).every(SECOND));
        is_free(&handle.trigger(Dusk { level: 1 }).after(SECOND));
    };
    let _compiles: fn(&Handle, &BellStub) = check;
}
