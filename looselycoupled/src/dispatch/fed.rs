//! Tasks that handle events, since they are connected to them.

use std::future::Future;
use std::marker::PhantomData;

use super::delivery::Report;
use super::job::{BlockingJob, blocks, occupant, runs, shared_occupant};
use crate::envelope::EventRecord;
use crate::event_loop::{Item, Job, Kind, Label, Runs, Seed, SharedState, State};
use crate::mailbox::{Filled, Slot};
use crate::module::{Context, Feed, NamedEntry, NamedTask, Task, TaskKind, unfit};
use crate::reply::BoxError;
use crate::router::Feeding;
use crate::sync::Arc;

/// Reads the parameters of a task from an event.
type Read<T> = fn(&Feed, &EventRecord, &Context) -> Result<<T as Task>::Arguments, BoxError>;

/// An event for a task.
struct FedJob<T: Task> {
    record: EventRecord,
    feed: Arc<Feed>,
    read: Read<T>,
    of_type: PhantomData<fn() -> T>,
}

impl<T: Task> FedJob<T> {
    /// What reads them is code of their types: it runs on the loop of the task, and the event is let go before the task
    /// begins.
    fn arguments(self, context: &Context) -> Result<T::Arguments, BoxError> {
        (self.read)(&self.feed, &self.record, context)
    }
}

impl<T: Task> Job for FedJob<T> {
    type Output = Result<(), BoxError>;
    type Kept = ();

    const IMMEDIATE: bool = matches!(T::INFO.kind, TaskKind::Sync);
    const RUNS: Runs = runs::<T::Module>();

    fn run<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a mut State,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        let (module, context) = occupant::<T::Module>(state);
        let begun = self.arguments(context).map(|arguments| T::call(module, context, arguments));
        async move { begun?.await.map(drop).map_err(Into::into) }
    }

    fn run_shared<'a>(
        self,
        _kept: &'a mut Option<()>,
        state: &'a SharedState,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        let (module, context) = shared_occupant::<T::Module>(state);
        let begun = self.arguments(context).map(|arguments| T::call(module, context, arguments));
        async move { begun?.await.map(drop).map_err(Into::into) }
    }
}

/// Makes the message that hands an event to a task.
pub(super) fn fed_item<T: Task>(
    slot: Slot<'_, Item>,
    record: EventRecord,
    label: Label,
    feed: Arc<Feed>,
    read: Read<T>,
) -> Filled {
    let seed = Seed { label, kind: Kind::Event, nesting: 0, deadline: None, lineage: record.lineage() };
    let job = FedJob::<T> { record, feed, read, of_type: PhantomData };
    if const { blocks::<T>() } {
        Item::with(slot, seed, BlockingJob(job), Report)
    } else {
        Item::with(slot, seed, job, Report)
    }
}

/// [`fed_item`] for a task whose parameters are known.
pub(super) fn feed_named<T: NamedTask>(
    slot: Slot<'_, Item>,
    record: EventRecord,
    label: Label,
    feed: Arc<Feed>,
) -> Filled {
    fed_item::<T>(slot, record, label, feed, |feed, event, context| {
        let unfit = |cause: &dyn std::fmt::Display| unfit(feed.task, context, event, cause);
        let mut arguments = feed.arguments(event).map_err(|cause| unfit(&cause))?;
        T::decode(&mut arguments).map_err(|cause| unfit(&cause))
    })
}

/// What makes the messages of one connection.
pub(crate) fn feeding(entry: &'static NamedEntry, feed: Feed) -> Feeding {
    let feed = Arc::new(feed);
    Box::new(move |slot, record, label| (entry.feed)(slot, record, label, Arc::clone(&feed)))
}
