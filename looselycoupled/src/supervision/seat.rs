//! Where a module lives, for whoever makes it again.

use std::future::Future;

use super::hooks::{Caught, run_alone};
use crate::event_loop::{Panic, Resident, State, drop_caught};
use crate::module::{Hook, HookEntry, Housed};
use crate::reply::BoxError;
use crate::router::Station;

/// The place of a module that nobody works on.
pub(super) trait Seat: Send {
    /// Drops the module that sits there; nothing of it is left.
    fn vacate(&mut self) -> Result<(), Panic>;

    /// Lets a module sit there; false only if the framework itself is broken.
    fn settle(&mut self, housed: Housed) -> bool;

    /// Runs a hook of the module that sits there; a panic is an error.
    fn run(&mut self, entry: HookEntry) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// Sits where a module was.
pub(super) struct Vacancy;

/// On a loop of its own or a shared one, of which nothing else runs meanwhile.
pub(super) struct OnLoop<'a>(pub(super) &'a mut State);

impl Seat for OnLoop<'_> {
    fn vacate(&mut self) -> Result<(), Panic> {
        drop_caught(std::mem::replace(self.0, State::new(Vacancy)))
    }

    fn settle(&mut self, housed: Housed) -> bool {
        let Housed(Resident::Exclusive(state)) = housed else { return false };
        *self.0 = state;
        true
    }

    async fn run(&mut self, entry: HookEntry) -> Result<(), BoxError> {
        Caught(entry(self.0)).await
    }
}

/// Among handlers that overlap, none of which runs meanwhile.
pub(super) struct Apart<'a>(pub(super) &'a Station);

impl Seat for Apart<'_> {
    fn vacate(&mut self) -> Result<(), Panic> {
        drop_caught(self.0.event_loop.move_out_shared(self.0.tenant))
    }

    fn settle(&mut self, Housed(resident): Housed) -> bool {
        self.0.event_loop.move_in(self.0.tenant, resident)
    }

    async fn run(&mut self, entry: HookEntry) -> Result<(), BoxError> {
        run_alone(self.0, Hook::Initialize, entry).await
    }
}
