//! Putting a task in line, where nobody waits for its result.

use super::delivery::{Detached, Report};
use super::job::{BlockingJob, TaskJob};
use super::sender::{Request, check, of_same_application};
use crate::event_loop::{Draft, Item, Label, current};
use crate::module::{Task, TaskKind};
use crate::reply::{CallError, Queued};
use crate::router::Station;

/// Puts a task in line.
#[inline]
pub(crate) fn enqueue<T: Task>(
    station: &Station,
    request: &Request<'_>,
    arguments: T::Arguments,
) -> Result<Queued, CallError> {
    current(|sender| {
        let sender = of_same_application(station, sender);
        let info = const { &T::INFO };
        let handler = info.index as u16;
        check(station, sender).map_err(|refusal| refusal.explain(station, handler, sender))?;
        let label = Label { tenant: station.tenant, handler };
        let priority = request.priority.or_else(|| request.inherited_priority(sender)).unwrap_or_default();
        let inherited = request.inherited;
        let draft = Draft { label, priority, deadline: None, sender, inherited, awaited: false };
        let job = TaskJob::<T, Detached>::new(arguments);
        let admission = if matches!(info.kind, TaskKind::Blocking) {
            station.event_loop.push(Item::new(draft.seed(), BlockingJob(job), Report))
        } else {
            station.event_loop.push(Item::new(draft.seed(), job, Report))
        };
        Ok(Queued { admission, label, priority })
    })
}
