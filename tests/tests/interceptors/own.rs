//! What interceptors send themselves, and what the framework sends.

use std::sync::OnceLock;

use looselycoupled::interceptor::{Interceptor, Message, Rejection};
use looselycoupled::prelude::*;
use looselycoupled_tests::quiet;

use crate::{Journal, LampStub, Witness, application, heard};

static HANDLE: OnceLock<Handle> = OnceLock::new();

/// Asks somebody about every message.
struct Asking;

impl Interceptor for Asking {
    async fn sending(&self, message: &mut Message) -> Result<(), Rejection> {
        let Some(handle) = HANDLE.get() else { return Ok(()) };
        let answer = handle.exec_task("guard.may_pass", args! { name: message.name() }).await?;
        if answer.get()? { Ok(()) } else { Err("the guard said no".into()) }
    }
}

#[derive(Default)]
struct Guard;

#[module]
impl Guard {
    #[task]
    async fn may_pass(&self, ctx: &Context, name: String) -> Result<bool> {
        // This is the guard's own message, and is looked at.
        if name == "lamp.set_level" {
            ctx.trigger_event("sunset", args! {}).await?;
        }
        Ok(name != "lamp.break_down")
    }
}

#[tokio::test]
async fn what_an_interceptor_sends_is_not_looked_at_and_what_its_handler_sends_is() {
    let journal = Journal::default();
    let app = application()
        .module("guard", Guard)
        .interceptor(Witness { name: "one", journal: journal.clone() })
        .interceptor(Asking)
        .start()
        .await
        .unwrap();
    HANDLE.set(app.handle()).unwrap();
    let lamp: LampStub = app.handle().stub("lamp").unwrap();
    let error = lamp.set_level(1).await.unwrap_err();
    // The event of the guard is looked at while the guard is at work: to ask it once more would be a circle.
    assert!(error.to_string().contains("the call would wait for itself"), "{error}");
    assert_eq!(journal.take(), ["one sends call lamp.set_level", "one sends event sunset"]);
    let refused = lamp.break_down().await.unwrap_err();
    assert_eq!(refused.to_string(), "`lamp.break_down` was rejected: the guard said no");
    lamp.headers().await.unwrap();
    assert_eq!(
        journal.take(),
        ["one sends call lamp.break_down", "one sends call lamp.headers", "one receives call lamp.headers"]
    );
    app.shutdown().await.unwrap();
}

#[derive(Default)]
struct Observer {
    heard: Vec<String>,
}

#[module]
impl Observer {
    #[on_event("exception")]
    fn on_exception(&mut self) {
        self.heard.push("exception".to_owned());
    }

    #[on_event("becoming_idle")]
    fn on_becoming_idle(&mut self) {
        self.heard.push("becoming_idle".to_owned());
    }

    #[task]
    fn heard(&self) -> Vec<String> {
        self.heard.clone()
    }
}

#[tokio::test]
async fn what_the_framework_sends_passes_by() {
    quiet();
    let journal = Journal::default();
    let app = application()
        .module("observer", Observer::default())
        .interceptor(Witness { name: "one", journal: journal.clone() })
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    handle.forward("lamp/level_changed", "observer/told").unwrap();
    handle.enqueue_task("lamp.break_down", args! {}).await.unwrap();
    handle.enqueue_task("lamp.tell", args! {}).await.unwrap();
    assert_eq!(heard(&app).await, Vec::<String>::new());
    let observer: ObserverStub = handle.stub("observer").unwrap();
    let known = observer.heard().await.unwrap();
    assert!(
        known.contains(&"exception".to_owned()) && known.contains(&"becoming_idle".to_owned()),
        "{known:?}"
    );
    let names = ["exception", "becoming_idle", "told"];
    let seen = journal.take();
    assert!(!seen.iter().any(|line| names.iter().any(|name| line.contains(name))), "{seen:?}");
    assert!(seen.contains(&"one sends event level_changed".to_owned()), "{seen:?}");
    app.shutdown().await.unwrap();
}
