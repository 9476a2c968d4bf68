//! Hooks that run beside the handlers: `run` and `run_passively`.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::{Inside, cause, seed};
use crate::blocking;
use crate::error::{Error, WaitError};
use crate::event_loop::{Activation, Incident};
use crate::metadata::ModuleIndex;
use crate::module::{Context, Hook, RunEntry, RunKind};
use crate::reply::BoxError;
use crate::router::Station;

/// A hook that runs beside the handlers.
#[derive(Debug)]
pub(crate) struct Running {
    pub(super) module: ModuleIndex,
    pub(super) hook: Hook,
    /// `module.run`
    pub(crate) handler: String,
    pub(crate) is_thread: bool,
    ended: oneshot::Receiver<()>,
    abort: Option<AbortHandle>,
}

impl Running {
    /// Returns when the hook has ended.
    pub(crate) async fn ended(&mut self) {
        // Nothing is ever sent: the other end is dropped.
        let _dropped = (&mut self.ended).await;
    }

    /// Drops the hook; one on a thread of its own is left behind.
    pub(crate) fn abort(self) {
        if let Some(abort) = self.abort {
            abort.abort();
        }
    }
}

/// Starts a hook, as a task or on a thread of its own.
pub(super) fn start(
    station: &Station,
    hook: Hook,
    kind: RunKind,
    entry: RunEntry,
    context: Context,
) -> Running {
    let (ending, ended) = oneshot::channel::<()>();
    let handler = station.tenant().address_of(hook.label());
    let (module, is_thread) = (station.tenant().module, kind == RunKind::Thread);
    let abort = match kind {
        RunKind::Task => Some(spawn(station, hook, entry, context, ending)),
        RunKind::Thread => {
            spawn_thread(station, hook, entry, context, ending);
            None
        }
    };
    Running { module, hook, handler, is_thread, ended, abort }
}

fn spawn(
    station: &Station,
    hook: Hook,
    entry: RunEntry,
    context: Context,
    ending: oneshot::Sender<()>,
) -> AbortHandle {
    let station = station.clone();
    let runtime = station.event_loop.services().runtime.clone();
    let future = entry(context.clone());
    let task = runtime.spawn(async move {
        let _ending = ending;
        let mut inside = Inside::new(&station, hook, future);
        let in_turn = poll_fn(|cx| {
            let gives_way = station.event_loop.services().gives_way(cx);
            if gives_way { Poll::Pending } else { Pin::new(&mut inside).poll(cx) }
        });
        let result = in_turn.await;
        report(&station, hook, &context, result);
    });
    task.abort_handle()
}

fn spawn_thread(
    station: &Station,
    hook: Hook,
    entry: RunEntry,
    context: Context,
    ending: oneshot::Sender<()>,
) {
    let handler = station.tenant().address_of(hook.label());
    let (on_thread, here) = (station.clone(), context.clone());
    let body = move || {
        let _ending = ending;
        let station = on_thread;
        let runtime = station.event_loop.services().runtime.clone();
        let inside = Inside::new(&station, hook, entry(context.clone()));
        let result = blocking::marked(|| blocking::wait(&runtime, inside));
        report(&station, hook, &context, result);
    };
    if let Err(error) = std::thread::Builder::new().name(handler).spawn(body) {
        let (station, runtime) = (station.clone(), station.event_loop.services().runtime.clone());
        // What follows from it may start and end hooks, which whoever calls this is about to do.
        runtime.spawn(async move {
            report(&station, hook, &here, Err(format!("no thread for it: {error}").into()));
        });
    }
}

/// Whether a hook merely says that what it waited for comes no more, since the modules were told to end.
fn is_end(error: &BoxError) -> bool {
    let waited = error.downcast_ref::<Error>();
    matches!(waited, Some(Error::Wait { cause, .. }) if matches!(**cause, WaitError::Ended))
}

/// Reports a hook that failed. Nothing follows from it if its instance has been given up already.
fn report(station: &Station, hook: Hook, context: &Context, result: Result<(), BoxError>) {
    let Err(error) = result else { return };
    if is_end(&error) {
        return;
    }
    let activation = Activation::of_hook(&station.event_loop, seed(station, hook));
    let (services, incident) =
        (station.event_loop.services(), Incident::at(&activation, cause(error), false));
    if context.is_current() { services.report(&incident) } else { services.tell(&incident) }
}
