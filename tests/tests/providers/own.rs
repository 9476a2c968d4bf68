//! Providers of one's own.

use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled::provider::{
    Answer, Arrival, Capabilities, Capability, Envelope, Link, Provider, ProviderError, ProviderState,
    RemoteError, Subscription,
};
use looselycoupled::{ErrorCode, Value};
use looselycoupled_tests::within;

use crate::{Diary, wait_for_lines};

/// What the test does in the place of other processes.
#[derive(Clone, Default)]
struct Wire {
    link: Arc<Mutex<Option<Link>>>,
    log: Arc<Mutex<Vec<String>>>,
    is_down: Arc<Mutex<bool>>,
}

impl Wire {
    fn note(&self, line: impl Into<String>) {
        self.log.lock().unwrap().push(line.into());
    }

    fn link(&self) -> Link {
        self.link.lock().unwrap().clone().unwrap()
    }

    fn check(&self) -> Result<(), ProviderError> {
        let is_down = *self.is_down.lock().unwrap();
        if is_down { Err(ProviderError::Unreachable("the wire is cut".to_owned())) } else { Ok(()) }
    }
}

impl Provider for Wire {
    fn kind(&self) -> &'static str {
        "wire"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with(Capability::Calls)
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        self.note(format!("start {}", link.process()));
        *self.link.lock().unwrap() = Some(link);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        self.check()?;
        self.note(format!("publish {} {}", event.name, event.body.to_json_text().unwrap()));
        Ok(())
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.note(format!("subscribe {subscription}"));
        Ok(())
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.note(format!("unsubscribe {subscription}"));
        Ok(())
    }

    async fn serve(&self, module: &str) -> Result<(), ProviderError> {
        self.note(format!("serve {module}"));
        Ok(())
    }

    async fn withdraw(&self, module: &str) -> Result<(), ProviderError> {
        self.note(format!("withdraw {module}"));
        Ok(())
    }

    async fn request(&self, call: Envelope) -> Result<Answer, ProviderError> {
        self.check()?;
        self.note(format!("request {} {}", call.name, call.body.to_json_text().unwrap()));
        if &*call.name == "pump.liters" {
            return Ok(Ok(Value::from(42)));
        }
        Ok(Err(RemoteError {
            code: ErrorCode::QueueFull,
            message: "the pump is busy".to_owned(),
            causes: Vec::new(),
            begun: false,
        }))
    }

    async fn stop(&self) {
        self.note("stop");
    }
}

fn envelope(name: &str, body: Value) -> Envelope {
    Envelope { name: name.into(), headers: looselycoupled::Headers::new(), body }
}

fn application(wire: &Wire) -> AppBuilder {
    App::builder()
        .process("house")
        .module("diary", Diary::default())
        .provider("wire", wire.clone())
        .route_event("pumped", "wire")
        .route_module("diary", "wire")
        .route_module("pump", "wire")
}

#[tokio::test]
async fn a_provider_is_asked_for_what_routes_say_and_in_order() {
    let wire = Wire::default();
    let app = application(&wire).start().await.unwrap();
    let handle = app.handle();
    handle.trigger_event("pumped", args! { liters: 3 }).await.unwrap();
    let liters: u32 = handle.exec_task("pump.liters", args! {}).await.unwrap().get().unwrap();
    assert_eq!(liters, 42);
    let busy = handle.exec_task("pump.pump", args! { liters: 1 }).await.unwrap_err();
    assert_eq!((busy.code(), busy.to_string()), (ErrorCode::QueueFull, "the pump is busy".to_owned()));
    app.shutdown().await.unwrap();
    let mut log = wire.log.lock().unwrap().clone();
    // The event goes its own way, beside the calls.
    let published = log.iter().position(|line| line == "publish pumped {\"liters\":3}");
    log.remove(published.unwrap());
    assert_eq!(
        log,
        [
            "start house",
            "subscribe pumped",
            "serve diary",
            "request pump.liters {}",
            "request pump.pump {\"liters\":1}",
            "unsubscribe pumped",
            "withdraw diary",
            "stop",
        ]
    );
}

#[tokio::test]
async fn what_comes_by_a_link_is_heard_and_served() {
    let wire = Wire::default();
    let app = application(&wire).start().await.unwrap();
    let link = wire.link();
    let fields = |liters: u32| Value::from_json_text(&format!("{{\"liters\": {liters}}}")).unwrap();
    assert_eq!(link.event(envelope("pumped", fields(1))).await, Arrival::Heard(1));
    for foreign in ["other", "exit", "exception", ""] {
        assert_eq!(link.event(envelope(foreign, fields(1))).await, Arrival::Refused, "{foreign}");
    }
    assert_eq!(wait_for_lines(&app, 1).await, ["1 liters"]);
    let mut own = envelope("pumped", fields(2));
    own.headers = own.headers.with("lc-source", "house/pump");
    assert_eq!(link.event(own).await, Arrival::Echo);

    let info = app.handle().providers().remove(0);
    assert_eq!((&*info.name, info.kind, info.state), ("wire", "wire", ProviderState::Stopped));
    assert_eq!((info.received, info.echoes, info.refused), (1, 1, 4));

    let lines = link.call(envelope("diary.lines", Value::Null)).await.unwrap();
    assert_eq!(lines.decode::<Vec<String>>().unwrap(), ["1 liters"]);
    let error = link.call(envelope("diary.lnies", Value::Null)).await.unwrap_err();
    assert_eq!((error.code, error.begun), (ErrorCode::UnknownTask, false));
    for foreign in ["pump.liters", "nobody.there", "nonsense", ""] {
        let error = link.call(envelope(foreign, Value::Null)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::UnknownModule, "{foreign}");
    }
    let error = link.call(envelope("diary.lines", Value::from(3))).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Argument, "{error}");
    app.shutdown().await.unwrap();
    assert_eq!(link.event(envelope("pumped", fields(3))).await, Arrival::Refused);
    assert_eq!(
        link.call(envelope("diary.lines", Value::Null)).await.unwrap_err().code,
        ErrorCode::ShuttingDown
    );
}

#[tokio::test]
async fn what_does_not_leave_is_told_and_kept_among_the_dead_letters() {
    let wire = Wire::default();
    let app = application(&wire).start().await.unwrap();
    *wire.is_down.lock().unwrap() = true;
    let handle = app.handle();
    let error = handle.exec_task("pump.liters", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "`pump.liters` cannot be reached via `wire`: the wire is cut");
    handle.trigger_event("pumped", args! { liters: 3 }).await.unwrap();
    while handle.dead_letters().letters.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(handle.dead_letters().letters[0].to_string(), "event `pumped` undelivered");
    let info = handle.providers().remove(0);
    assert_eq!((info.published, info.undelivered, info.requested), (0, 1, 1));
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn states_are_events() {
    let wire = Wire::default();
    let app = application(&wire).start().await.unwrap();
    let mut states = app.handle().subscribe("provider_state");
    let link = wire.link();
    link.tell_state(ProviderState::Connected, None);
    link.tell_state(ProviderState::Connected, None);
    link.tell_state(ProviderState::Connecting, Some("the wire is cut"));
    for (state, reason) in [("connected", ""), ("connecting", "the wire is cut")] {
        let record = within(states.next()).await.unwrap();
        let field = |name| record.field::<String>(name).unwrap();
        assert_eq!(
            (field("provider"), field("state"), field("reason")),
            ("wire".into(), state.into(), reason.into())
        );
    }
    app.shutdown().await.unwrap();
}
