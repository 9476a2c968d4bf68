//! Putting a task in line, where nobody waits for its result.

use super::delivery::{Detached, Report};
use super::job::{BlockingJob, TaskJob, blocks};
use super::sender::{Request, check, of_same_application};
use crate::event_loop::{Draft, Item, Kind, Label, Obstacle, Receipt, current};
use crate::mailbox::Slot;
use crate::module::{Task, TaskInfo};
use crate::reply::Stopped;
use crate::router::Station;

/// Puts a task in line; if it does not get there, `stopped` tells why.
#[inline]
pub(crate) fn enqueue<T: Task>(
    station: &Station,
    request: &Request<'_>,
    arguments: T::Arguments,
    stopped: &mut Option<Stopped>,
) -> Option<Receipt> {
    current(|sender| {
        let sender = of_same_application(station, sender);
        let info = T::info(&arguments);
        let handler = info.index as u16;
        if let Err(refusal) = check(station, sender) {
            *stopped = Some(Stopped::Refused(refusal.explain(station, handler, sender)));
            return None;
        }
        let label = Label { tenant: station.tenant, handler };
        let priority = request.priority.or_else(|| request.inherited_priority(sender)).unwrap_or_default();
        let inherited = request.inherited;
        let draft = Draft { label, priority, deadline: None, sender, nesting: 0, inherited, awaited: false };
        let mut obstacle = None;
        let receipt = push::<T>(station, &draft, info, arguments, &mut obstacle);
        if receipt.is_none() {
            *stopped = obstacle.map(|obstacle| Stopped::By(obstacle, label));
        }
        receipt
    })
}

/// Puts a task in line that may be sent.
#[inline(always)]
pub(super) fn push<T: Task>(
    station: &Station,
    draft: &Draft<'_>,
    info: &TaskInfo,
    arguments: T::Arguments,
    obstacle: &mut Option<Obstacle>,
) -> Option<Receipt> {
    let job = TaskJob::<T, Detached>::new(arguments);
    if const { blocks::<T>() } {
        let fill = |slot: Slot<'_, Item>| Item::of(slot, draft, BlockingJob(job), Report);
        station.event_loop.push(Kind::Task, fill, obstacle)
    } else {
        let fill = |slot: Slot<'_, Item>| Item::of(slot, draft, job, Report);
        station.event_loop.push(Kind::Task, fill, obstacle)
    }
}
