//! Functions that panic when they are dropped are told in the log, whoever dropped them.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Bomb, Log, quiet, settle, within};
use tokio::runtime::Builder;

use super::app;

const DROPPED: &str = "ERROR looselycoupled: the function of a subscription panicked when it was dropped";

/// How often the log tells that a function has panicked with these words, naming its subscription.
fn told(log: &Log, words: &str, name: &str) -> usize {
    log.count(&format!("{DROPPED}: {words} on purpose callback={name}"))
}

/// A function that panics when it is dropped.
fn fragile(words: &'static str) -> impl FnMut(EventRecord) -> std::future::Ready<()> + Send + 'static {
    let bomb = Bomb(words);
    move |_event| {
        let _owned = &bomb;
        std::future::ready(())
    }
}

#[tokio::test]
async fn a_function_that_panics_when_its_subscription_ends_is_told_in_the_log() {
    quiet();
    let (log, app) = (Log::default(), app().await);
    let (_listening, handle) = (log.listen(), app.handle());
    drop(handle.on("tick", fragile("left")));
    assert_eq!(told(&log, "left", "tick#1"), 1, "{}", log.text());

    let id = handle.once("tick", fragile("removed"));
    assert!(handle.unsubscribe(id));
    assert_eq!(told(&log, "removed", "tick#2"), 1, "{}", log.text());

    handle.on("tick", fragile("ended")).forever();
    assert_eq!(handle.trigger_event("tick", args! {}).await.unwrap(), 1);
    settle(&app).await;
    assert_eq!(log.count(DROPPED), 2, "it stays");
    within(app.shutdown()).await.unwrap();
    assert_eq!(told(&log, "ended", "tick#3"), 1, "{}", log.text());
}

/// Its subscription is over as soon as the event has come.
#[test]
fn a_function_that_is_lost_with_its_event_is_told_in_the_log_as_well() {
    quiet();
    let log = Log::default();
    let _listening = log.listen();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let _app = runtime.block_on(async {
        let app = app().await;
        app.handle().once("tick", fragile("lost"));
        assert_eq!(app.handle().trigger_event("tick", args! {}).await.unwrap(), 1);
        app
    });
    drop(runtime);
    assert_eq!(told(&log, "lost", "tick#1"), 1, "{}", log.text());
}

/// Panics when nobody has it any more.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Fuse {
    number: u32,
}

impl Drop for Fuse {
    fn drop(&mut self) {
        panic!("fuse {} on purpose", self.number);
    }
}

#[tokio::test]
async fn events_that_panic_when_they_go_together_harm_nobody_and_are_told_in_the_log() {
    quiet();
    let (log, app) = (Log::default(), app().await);
    let _listening = log.listen();
    let handle = app.handle();
    let (removed, ended) = (handle.subscribe("fuse"), handle.subscribe("fuse"));
    for number in 0..3 {
        assert_eq!(handle.trigger(Fuse { number }).await.unwrap(), 2);
    }
    assert!(handle.unsubscribe(removed.id()));
    within(app.shutdown()).await.unwrap();
    drop(ended);
    assert_eq!(log.count("a value panicked when it was dropped: fuse"), 3, "{}", log.text());
}
