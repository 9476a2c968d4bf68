//! Running life-cycle hooks.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use tokio::sync::oneshot;

use crate::blocking;
use crate::dispatch::hook_item;
use crate::event_loop::{
    Activation, Cause, Completion, Discard, EventLoop, Failure, Incident, Kind, Label, Panic, Seed, enter,
};
use crate::metadata::{Lineage, Priority};
use crate::module::{Context, Hook, HookEntry, RunEntry, SharedHookEntry};
use crate::reply::BoxError;
use crate::router::Station;
use crate::sync::Arc;

type HookFuture = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

fn seed(station: &Station, hook: Hook) -> Seed {
    let label = Label { tenant: station.tenant, handler: hook.label() };
    let lineage = Lineage::root(station.tenant().module, Priority::Normal);
    Seed { label, kind: Kind::Hook, nesting: 0, deadline: None, lineage }
}

/// Tells whoever waits for a hook how it ended.
struct Told(oneshot::Sender<Result<(), BoxError>>);

impl Completion<Result<(), BoxError>> for Told {
    fn complete(self, output: Result<(), BoxError>, _activation: &Activation) {
        let _nobody_waits = self.0.send(output);
    }

    fn fail(self, failure: Failure, _activation: &Activation) {
        let error: BoxError = match failure {
            Failure::Panicked(Panic { message }) => format!("panicked: {message}").into(),
            Failure::Aborted => "broken off: the application ended by force".into(),
        };
        let _nobody_waits = self.0.send(Err(error));
    }

    fn discard(self, _reason: Discard, _address: &dyn Fn() -> Box<str>) {}
}

/// Runs `initialize` or `finalize`: on the loop, in turn with the co-tenants; a concurrent module is alone anyway.
pub(super) async fn run_alone(station: &Station, hook: Hook, entry: HookEntry) -> Result<(), BoxError> {
    if station.event_loop.is_concurrent() {
        return run_unshared(station, hook, entry).await;
    }
    let (told, ended) = oneshot::channel();
    let mut seed = seed(station, hook);
    seed.lineage.priority = Priority::Highest;
    let _accepted =
        station.event_loop.push(Kind::Hook, |slot| hook_item(slot, seed, entry, None, Told(told)), &mut None);
    ended.await.unwrap_or_else(|_| Err("broken off: the application ended by force".into()))
}

/// Borrows a module that is shared later, or was before, while nobody else has it.
async fn run_unshared(station: &Station, hook: Hook, entry: HookEntry) -> Result<(), BoxError> {
    let Some(mut shared) = station.event_loop.move_out_shared(station.tenant) else {
        return Err("a handler is still at work".into());
    };
    let result = match Arc::get_mut(&mut shared) {
        Some(alone) => {
            let activation = Activation::of_hook(&station.event_loop, seed(station, hook));
            Inside {
                activation,
                _event_loop: Arc::clone(&station.event_loop),
                future: entry(alone.unshared()),
            }
            .await
        }
        None => Err("a handler is still at work".into()),
    };
    let _moved = station.event_loop.move_in(station.tenant, crate::event_loop::Resident::Shared(shared));
    result
}

/// A hook that is polled as code of its module.
struct Inside<F> {
    future: F,
    activation: Activation,
    /// The activation points to it.
    _event_loop: Arc<EventLoop>,
}

impl<F: Future<Output = Result<(), BoxError>> + Unpin> Future for Inside<F> {
    type Output = Result<(), BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let poll = || enter(&this.activation, || Pin::new(&mut this.future).poll(cx));
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(polled) => polled,
            Err(payload) => {
                Poll::Ready(Err(Box::new(Panicked(Panic::from_payload(payload).message)) as BoxError))
            }
        }
    }
}

/// A panic of a hook, until it is reported as one.
#[derive(Debug, thiserror::Error)]
#[error("panicked: {0}")]
struct Panicked(String);

/// A hook that runs beside the handlers.
#[derive(Debug)]
pub(super) struct Running {
    /// `module.run`
    pub(super) handler: String,
    pub(super) is_thread: bool,
    pub(super) ended: oneshot::Receiver<()>,
    pub(super) abort: Option<tokio::task::AbortHandle>,
}

fn report(station: &Station, activation: &Activation, result: Result<(), BoxError>) {
    let Err(error) = result else { return };
    let cause = match error.downcast::<Panicked>() {
        Ok(panicked) => Cause::Panic(panicked.0),
        Err(error) => Cause::Error(error),
    };
    station.event_loop.services().report(&Incident::at(activation, cause, false));
}

/// Starts a hook as a task.
pub(super) fn spawn(station: &Station, hook: Hook, future: HookFuture) -> Running {
    let (ending, ended) = oneshot::channel::<()>();
    let station = station.clone();
    let handler = station.tenant().address_of(hook.label());
    let runtime = station.event_loop.services().runtime.clone();
    let task = runtime.spawn(async move {
        let _ending = ending;
        let make = || Activation::of_hook(&station.event_loop, seed(&station, hook));
        let _event_loop = Arc::clone(&station.event_loop);
        let result = Inside { future, activation: make(), _event_loop }.await;
        report(&station, &make(), result);
    });
    Running { handler, is_thread: false, ended, abort: Some(task.abort_handle()) }
}

/// Starts a hook on a thread of its own.
pub(super) fn spawn_thread(station: &Station, hook: Hook, entry: RunEntry, context: Context) -> Running {
    let (ending, ended) = oneshot::channel::<()>();
    let handler = station.tenant().address_of(hook.label());
    let on_thread = {
        let station = station.clone();
        move || {
            let _ending = ending;
            let activation = Activation::of_hook(&station.event_loop, seed(&station, hook));
            let runtime = station.event_loop.services().runtime.clone();
            let _event_loop = Arc::clone(&station.event_loop);
            let inside = Inside { future: entry(context), activation, _event_loop };
            let result = blocking::marked(|| blocking::wait(&runtime, inside));
            let activation = Activation::of_hook(&station.event_loop, seed(&station, hook));
            report(&station, &activation, result);
        }
    };
    if let Err(error) = std::thread::Builder::new().name(handler.clone()).spawn(on_thread) {
        let activation = Activation::of_hook(&station.event_loop, seed(station, hook));
        report(station, &activation, Err(format!("no thread for it: {error}").into()));
    }
    Running { handler, is_thread: true, ended, abort: None }
}

/// Puts `on_idle` in line; nobody waits for it.
pub(super) fn push_idle(station: &Station, entries: (HookEntry, SharedHookEntry)) {
    let mut seed = seed(station, Hook::OnIdle);
    seed.lineage.idle_born = true;
    let _accepted = station.event_loop.push(
        Kind::Hook,
        |slot| hook_item(slot, seed, entries.0, Some(entries.1), Reported),
        &mut None,
    );
}

/// Reports a hook that failed while nobody waited.
struct Reported;

impl Completion<Result<(), BoxError>> for Reported {
    fn complete(self, output: Result<(), BoxError>, activation: &Activation) {
        if let Err(error) = output {
            activation.event_loop().services().report(&Incident::at(activation, Cause::Error(error), false));
        }
    }

    fn fail(self, failure: Failure, activation: &Activation) {
        if let Failure::Panicked(Panic { message }) = failure {
            activation.event_loop().services().report(&Incident::at(
                activation,
                Cause::Panic(message),
                false,
            ));
        }
    }

    fn discard(self, _reason: Discard, _address: &dyn Fn() -> Box<str>) {}
}
