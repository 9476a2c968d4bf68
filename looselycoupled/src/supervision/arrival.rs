//! Making a module on the thread of its loop, which it never leaves.

use std::future::Future;

use tokio::sync::oneshot;

use super::hooks::{Told, seed};
use super::seat::{OnLoop, Seat, Vacancy};
use crate::config::Config;
use crate::event_loop::{Item, Job, Kind, Resident, SharedState, State};
use crate::metadata::Priority;
use crate::module::{Context, Hook, Maker, Settings};
use crate::reply::BoxError;
use crate::router::Station;

/// Keeps the place of a module that is to arrive; false if something is at work on its loop.
pub(crate) fn reserve(station: &Station) -> bool {
    station.event_loop.move_in(station.tenant, Resident::Exclusive(State::new(Vacancy)))
}

/// Lets a maker make its module in the place that was [reserved](reserve); returns the maker.
pub(crate) async fn arrive(
    station: &Station,
    maker: Maker,
    config: Config,
    context: Context,
) -> Result<Maker, BoxError> {
    let (told, ended) = oneshot::channel();
    let mut seed = seed(station, Hook::Initialize);
    seed.lineage.priority = Priority::Highest;
    let job = Arrival { maker, config, context };
    let fill = |slot: crate::mailbox::Slot<'_, Item>| Item::with(slot, seed, job, Told(told));
    let _accepted = station.event_loop.push(Kind::Hook, fill, &mut None);
    ended.await.unwrap_or_else(|_| Err("broken off: the application ended by force".into()))
}

struct Arrival {
    maker: Maker,
    config: Config,
    context: Context,
}

impl Arrival {
    fn settle(self, state: &mut State) -> Result<Maker, BoxError> {
        let Self { maker, config, context } = self;
        let made = maker(Settings { config: &config, instance: context.name() })?;
        let is_settled = made.settle(context).is_some_and(|housed| OnLoop(state).settle(housed));
        if is_settled { Ok(maker) } else { Err("it is of another type than was said".into()) }
    }
}

impl Job for Arrival {
    type Output = Result<Maker, BoxError>;
    type Kept = ();

    const IMMEDIATE: bool = true;

    async fn run(self, _kept: &mut Option<()>, state: &mut State) -> Self::Output {
        self.settle(state)
    }

    fn run_shared<'a>(
        self,
        _kept: &'a mut Option<()>,
        _state: &'a SharedState,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        std::future::ready(Err("handlers that overlap have no thread of their own".into()))
    }
}
