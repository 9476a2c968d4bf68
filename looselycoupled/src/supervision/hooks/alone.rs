//! Hooks that have their module to themselves: `initialize` and `finalize`.

use tokio::sync::oneshot;

use super::{Inside, Panicked, seed};
use crate::dispatch::hook_item;
use crate::event_loop::{Activation, Completion, Failure, Kind, Panic, Resident};
use crate::metadata::Priority;
use crate::module::{Hook, HookEntry};
use crate::reply::BoxError;
use crate::router::Station;
use crate::statistics::Loss;
use crate::sync::Arc;

/// Tells whoever waits for a hook how it ended.
pub(in crate::supervision) struct Told<T>(pub(in crate::supervision) oneshot::Sender<Result<T, BoxError>>);

impl<T: Send + 'static> Completion<Result<T, BoxError>> for Told<T> {
    fn complete(self, output: Result<T, BoxError>, _activation: &Activation) {
        let _nobody_waits = self.0.send(output);
    }

    fn fail(self, failure: Failure, _activation: &Activation) {
        let error: BoxError = match failure {
            Failure::Panicked(Panic { message }) => Box::new(Panicked(message)),
            Failure::Aborted => "broken off: the application ended by force".into(),
        };
        let _nobody_waits = self.0.send(Err(error));
    }

    fn discard(self, _reason: Loss, _address: &dyn Fn() -> Box<str>) {}
}

/// Runs `initialize` or `finalize`: on the loop, in turn with the co-tenants; a concurrent module is alone anyway.
pub(crate) async fn run_alone(station: &Station, hook: Hook, entry: HookEntry) -> Result<(), BoxError> {
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
        Some(alone) => Inside::new(station, hook, entry(alone.unshared())).await,
        None => Err("a handler is still at work".into()),
    };
    let _moved = station.event_loop.move_in(station.tenant, Resident::Shared(shared));
    result
}
