//! The hook `on_idle`.

use super::seed;
use crate::dispatch::hook_item;
use crate::event_loop::{Activation, Cause, Completion, Failure, Incident, Kind, Panic};
use crate::module::{Hook, HookEntry, SharedHookEntry};
use crate::reply::BoxError;
use crate::router::Station;
use crate::statistics::Loss;

/// Puts `on_idle` in line; nobody waits for it.
pub(crate) fn push_idle(station: &Station, entries: (HookEntry, SharedHookEntry)) {
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
            report(activation, Cause::Error(error));
        }
    }

    fn fail(self, failure: Failure, activation: &Activation) {
        if let Failure::Panicked(Panic { message }) = failure {
            report(activation, Cause::Panic(message));
        }
    }

    fn discard(self, _reason: Loss, _address: &dyn Fn() -> Box<str>) {}
}

fn report(activation: &Activation, cause: Cause) {
    activation.event_loop().services().report(&Incident::at(activation, cause, false));
}
