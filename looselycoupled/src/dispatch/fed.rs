//! Tasks that handle events, since they are connected to them.

use std::fmt;
use std::future::Future;

use super::delivery::Heard;
use super::job::{BlockingJob, kind_of};
use crate::envelope::{Acknowledgement, EventRecord};
use crate::event_loop::{
    Access, Activation, Item, Job, Label, Offer, Packed, Room, Seed, SharedState, State, current,
};
use crate::mailbox::{Filled, Slot};
use crate::module::{Feed, NamedEntry, NamedFailure, NamedOutcome, TaskKind, Wanted, all_arguments, unfit};
use crate::reply::BoxError;
use crate::router::Feeding;
use crate::sync::Arc;

/// An event for a task.
struct FedJob {
    record: EventRecord,
    feed: Arc<Feed>,
    entry: &'static NamedEntry,
}

impl FedJob {
    /// What reads the parameters is code of their types: it runs on the loop of the task, and the event is let go before the
    /// task begins.
    fn read(self) -> Result<Packed<NamedOutcome>, BoxError> {
        let Self { record, feed, entry } = self;
        let unfit = |cause: &dyn fmt::Display| {
            current(|here| unfit(feed.task, here.map_or("", Activation::module_name), &record, cause))
        };
        let found = if entry.takes_anything { all_arguments(&record) } else { feed.arguments(&record) };
        let mut arguments = found.map_err(|cause| unfit(&cause))?;
        let mut room = Room::new();
        let job = (entry.read)(entry.info, &mut arguments, Wanted::Nothing, &mut room);
        job.map(Offer::packed).map_err(|cause| unfit(&cause))
    }
}

impl Job for FedJob {
    type Output = NamedOutcome;
    type Kept = ();

    const IMMEDIATE: bool = false;

    fn run<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a mut State,
    ) -> impl Future<Output = NamedOutcome> + Send + 'a {
        let begun = self.read().map(|job| job.run(Access::Alone(state)));
        async move { begun.map_err(NamedFailure::Unfit)?.await }
    }

    fn run_shared<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a SharedState,
    ) -> impl Future<Output = NamedOutcome> + Send + 'a {
        let begun = self.read().map(|job| job.run(Access::Shared(state)));
        async move { begun.map_err(NamedFailure::Unfit)?.await }
    }
}

fn fed_item(
    slot: Slot<'_, Item>,
    (record, acknowledgement): (EventRecord, Acknowledgement),
    label: Label,
    (entry, feed): (&'static NamedEntry, Arc<Feed>),
) -> Filled {
    let kind = kind_of(&record, &acknowledgement);
    let seed = Seed { label, kind, nesting: 0, deadline: None, lineage: record.lineage() };
    let job = FedJob { record, feed, entry };
    if matches!(entry.info.kind, TaskKind::Blocking) {
        Item::with(slot, seed, BlockingJob(Packed::of(job)), Heard(acknowledgement))
    } else {
        Item::with(slot, seed, job, Heard(acknowledgement))
    }
}

/// What makes the messages of one connection.
pub(crate) fn feeding(entry: &'static NamedEntry, feed: Feed) -> Feeding {
    let feed = Arc::new(feed);
    Box::new(move |slot, event, label| fed_item(slot, event, label, (entry, Arc::clone(&feed))))
}
