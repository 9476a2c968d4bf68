//! Putting a task in line, where nobody waits for its result.

use super::delivery::Report;
use super::job::BlockingJob;
use super::sender::{Request, check, of_same_application};
use crate::event_loop::{
    Completion, Draft, Item, Kind, Label, Obstacle, Offer, Receipt, Room, Verdict, current,
};
use crate::mailbox::Slot;
use crate::module::{TaskInfo, TaskKind};
use crate::reply::Stopped;
use crate::router::Station;
use crate::waits::Party;

/// Puts a task in line; if it does not get there, `stopped` tells why.
pub(crate) fn enqueue<O: Verdict>(
    station: &Station,
    request: &Request<'_>,
    info: &TaskInfo,
    job: Offer<'_, O>,
    stopped: &mut Option<Stopped>,
) -> Option<Receipt>
where
    Report: Completion<O>,
{
    current(|sender| {
        let sender = of_same_application(station, sender);
        let handler = info.index as u16;
        if let Err(refusal) = check(station, sender) {
            *stopped = Some(Stopped::Refused(refusal.explain(station, handler, sender, false)));
            return None;
        }
        let label = Label { tenant: station.tenant, handler };
        let priority = request.priority.or_else(|| request.inherited_priority(sender)).unwrap_or_default();
        let inherited = request.inherited;
        let draft = Draft {
            label,
            priority,
            deadline: None,
            sender,
            nesting: 0,
            inherited,
            awaited: false,
            visitor: Party::NONE,
        };
        let mut obstacle = None;
        let receipt = push(station, &draft, info, job, &mut obstacle);
        if receipt.is_none() {
            *stopped = obstacle.map(|obstacle| Stopped::By(obstacle, label));
        }
        receipt
    })
}

/// Puts a task in line that may be sent.
#[inline(always)]
pub(super) fn push<O: Verdict>(
    station: &Station,
    draft: &Draft<'_>,
    info: &TaskInfo,
    job: Offer<'_, O>,
    obstacle: &mut Option<Obstacle>,
) -> Option<Receipt>
where
    Report: Completion<O>,
{
    let mut room = Room::new();
    let job =
        if matches!(info.kind, TaskKind::Blocking) { room.hold(BlockingJob(job.packed())) } else { job };
    let fill = |slot: Slot<'_, Item>| Item::of(slot, draft, job, Report);
    station.event_loop.push(Kind::Task, fill, obstacle)
}
