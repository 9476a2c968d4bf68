//! What comes into an application from elsewhere.

use super::chain::Visiting;
use super::delivery::{Delivery, Handling};
use super::envelope::{CHAIN, GROUP, ID};
use super::way::Way;
use super::{Answer, Arrival, Envelope, RemoteError};
use crate::envelope::{Acknowledgements, EventRecord};
use crate::event::publish_on;
use crate::interceptor::{Interceptors, Message, Rejected};
use crate::lifecycle::Gate;
use crate::module::{Application, Handle};
use crate::reply::CallError;
use crate::router::Terms;
use crate::sync::Arc;
use crate::value::{Arguments, Value, encode};
use crate::waits::Party;

/// Why an event goes no further.
enum Stopped {
    Echo,
    Refused,
    /// There is no application any more.
    Ended,
}

/// Hands an event from elsewhere to everybody here.
pub(super) async fn arrive(way: &Way, event: Envelope) -> Arrival {
    match admit(way, event).await {
        Ok(Admitted { application, record, group }) => {
            let terms = Terms { group: group.as_deref(), acknowledgements: None };
            Arrival::Heard(publish_on(&application, &record, terms))
        }
        Err(Stopped::Echo) => Arrival::Echo,
        Err(Stopped::Refused | Stopped::Ended) => Arrival::Refused,
    }
}

/// The same with an event that comes again until it has been handled.
pub(super) async fn arrive_durably(way: &Arc<Way>, event: Envelope) -> Delivery {
    if way.is_closing() {
        return Delivery::over(Arrival::Refused, false);
    }
    // Whoever gives none has events that cannot be recognised.
    let id = event.headers.get(ID).map(|id| format!("{id} {}", event.headers.get(GROUP).unwrap_or_default()));
    let id: Box<str> = id.unwrap_or_default().into();
    let acknowledgements = Acknowledgements::default();
    let under_way =
        |acknowledgements| Handling::UnderWay { way: Arc::clone(way), id: id.clone(), acknowledgements };
    // Nobody is to find it handled before it has been handed out.
    let held = acknowledgements.one();
    if !id.is_empty()
        && let Some(known) = way.recent.lock().meet(&id, &acknowledgements)
    {
        held.give();
        way.received.repeated.add();
        return Delivery { arrival: Arrival::Repeated, handling: under_way(known) };
    }
    let arrival = match admit(way, event).await {
        Ok(Admitted { application, record, group }) => {
            let terms = Terms { group: group.as_deref(), acknowledgements: Some(&acknowledgements) };
            Arrival::Heard(publish_on(&application, &record, terms))
        }
        Err(Stopped::Echo) => Arrival::Echo,
        Err(Stopped::Refused) => Arrival::Refused,
        Err(Stopped::Ended) => {
            way.recent.lock().forget(&id);
            return Delivery::over(Arrival::Refused, false);
        }
    };
    held.give();
    Delivery { arrival, handling: under_way(acknowledgements) }
}

/// An event that may be heard here.
struct Admitted {
    application: Arc<Application>,
    record: EventRecord,
    /// Only by handlers of this group.
    group: Option<Box<str>>,
}

async fn admit(way: &Way, event: Envelope) -> Result<Admitted, Stopped> {
    // Whoever is connected may send what routes name, and nothing else: not what ends applications, or only they themselves say.
    if !way.carries(&event.name) {
        way.received.refused.add();
        let (provider, event) = (&*way.name, &*event.name);
        tracing::warn!(target: "looselycoupled", provider, event, "an event has come that has no route here");
        return Err(Stopped::Refused);
    }
    let group = event.headers.get(GROUP);
    let is_for_all = way.is_for_all(&event.name, group);
    let is_own = event.process() == Some(&way.process) && !way.decides_about(&event.name);
    // What comes for no group although all its routes have one has come by another, too.
    if group.is_none() && (is_own || !is_for_all) {
        way.received.echoes.add();
        return Err(Stopped::Echo);
    }
    let group: Option<Box<str>> = group.filter(|_| !is_for_all).map(Into::into);
    let application = way.application.upgrade().filter(|here| here.gate() != Gate::Closed);
    let Some(application) = application else {
        way.received.refused.add();
        return Err(Stopped::Ended);
    };
    let mut record = event.into_record();
    if let Some(interceptors) = Interceptors::of(&application.services) {
        match interceptors.receive(Message::of_event(record.clone())).await {
            Ok(message) => record = record.with_headers(message.into_lineage().headers),
            Err(Rejected { cause }) => {
                way.received.refused.add();
                let (provider, event) = (&*way.name, record.name());
                tracing::warn!(target: "looselycoupled", provider, event, "an event was rejected: {cause}");
                return Err(Stopped::Refused);
            }
        }
    }
    way.received.events.add();
    Ok(Admitted { application, record, group })
}

/// What a caller elsewhere is told when nobody is here any more.
pub(super) fn ended(address: &str) -> RemoteError {
    RemoteError::of(&CallError::ShuttingDown { address: address.into(), begun: false })
}

/// Serves a call from elsewhere.
pub(super) async fn serve(way: &Way, call: Envelope) -> Answer {
    let Some(application) = way.application.upgrade() else { return Err(ended(&call.name)) };
    way.received.calls.add();
    serve_here(way, application, call).await.map_err(|error| RemoteError::of(&error))
}

async fn serve_here(way: &Way, application: Arc<Application>, call: Envelope) -> Result<Value, CallError> {
    let address = call.name.clone();
    let module = address.split_once('.').map_or(&*address, |(module, _)| module);
    let handle = Handle::outside(Arc::clone(&application));
    let Some(highest) = way.served.get(module) else { return Err(handle.unknown_module(module)) };
    if call.is_question() {
        return described(&handle, module).await;
    }
    let mut lineage = call.lineage();
    // The lower one: nobody elsewhere pushes ahead of what the route allows.
    lineage.priority = lineage.priority.max(*highest);
    let (is_task, time) = (call.is_task(), call.time_left());
    let chain = call.headers.get(CHAIN).filter(|_| !is_task);
    let visiting = chain.and_then(|chain| Visiting::new(&application.services, &way.process, chain));
    let arguments = match call.body {
        Value::Null => Ok(Arguments::new()),
        body => Arguments::from_value(body),
    };
    let arguments = arguments
        .map_err(|cause| CallError::Argument { address: address.clone(), cause: Box::new(cause) })?;
    if let Some(interceptors) = Interceptors::of(&application.services) {
        let message = Message::of_task(!is_task, address.clone(), None, lineage);
        let received = interceptors.receive(message).await;
        let rejected = |Rejected { cause }| CallError::Rejected { address: address.clone(), cause };
        lineage = received.map_err(rejected)?.into_lineage();
    }
    if is_task {
        handle.enqueue_for(&address, arguments, lineage).await.map_err(own)?;
        return Ok(Value::Null);
    }
    let visitor = visiting.as_ref().map_or(Party::NONE, |visiting| visiting.party);
    let called = handle.exec_for(&address, arguments, lineage, visitor);
    let called = match time {
        Some(time) => called.timeout(time),
        None => called,
    };
    Ok(called.await?.into_value())
}

/// What a module of this process looks like.
async fn described(handle: &Handle, module: &str) -> Result<Value, CallError> {
    let outline = handle.outline(module).await?;
    encode(&outline).map_err(|cause| CallError::Result { address: module.into(), cause: Box::new(cause) })
}

/// The error of a queued task, as of a call.
fn own(error: crate::error::Error) -> CallError {
    match error {
        crate::error::Error::Call(error) => *error,
        other => CallError::Failed(crate::reply::TaskFailure::of(other)),
    }
}
