//! Tasks that are put in line when their time has come.

use super::delivery::Report;
use super::enqueue::push;
use super::named::{read, request};
use super::not_admitted;
use super::sender::{Request, check, inherited, of_same_application};
use crate::event_loop::{
    Booking, Cause, Completion, Draft, Incident, Label, Lost, Obstacle, Packed, Parking, Receipt, Room, Sent,
    Verdict, Work, current,
};
use crate::metadata::{Lineage, ModuleIndex, TransactionId};
use crate::module::{NamedRequest, TaskInfo, Wanted};
use crate::reply::CallError;
use crate::router::Station;
use crate::statistics::{Loss, MessageKind};
use crate::sync::{Arc, Mutex};
use crate::value::{ArgumentError, Arguments};
use crate::waits::Party;

/// Puts a task in line, once.
pub(crate) type Post =
    Box<dyn FnOnce(&Station, &Draft<'_>, &TaskInfo, &mut Option<Obstacle>) -> Option<Receipt> + Send>;

/// What puts a task with these arguments in line.
pub(crate) fn post<O: Verdict>(job: Packed<O>) -> Post
where
    Report: Completion<O>,
{
    Box::new(move |station, draft, info, obstacle| job.with(|job| push(station, draft, info, job, obstacle)))
}

type Again = Box<dyn Fn() -> Result<Post, ArgumentError> + Send + Sync>;

/// Where that comes from when the time has come.
pub(crate) enum Supply {
    Once(Mutex<Option<Post>>),
    Again(Again),
}

impl Supply {
    pub(crate) fn once(post: Post) -> Self {
        Self::Once(Mutex::new(Some(post)))
    }

    /// The same again and again.
    pub(crate) fn copies<A: Clone + Send + 'static>(arguments: A, post: fn(A) -> Post) -> Self {
        let arguments = Mutex::new(arguments);
        Self::Again(Box::new(move || {
            let copy = arguments.lock().clone();
            Ok(post(copy))
        }))
    }

    const fn is_periodic(&self) -> bool {
        matches!(self, Self::Again(_))
    }

    /// `None` if there is none any more.
    fn next(&self) -> Option<Result<Post, ArgumentError>> {
        match self {
            Self::Once(post) => post.lock().take().map(Ok),
            Self::Again(make) => Some(make()),
        }
    }
}

/// A task whose time has not come.
struct DelayedTask {
    station: Station,
    label: Label,
    info: &'static TaskInfo,
    /// What each of them carries.
    lineage: Lineage,
    supply: Supply,
}

/// Makes what puts a task in line when its time has come, if it may be sent now.
pub(crate) fn delay(
    station: &Station,
    info: &'static TaskInfo,
    request: &Request<'_>,
    supply: Supply,
) -> Result<Arc<dyn Work>, CallError> {
    let label = Label { tenant: station.tenant, handler: info.index as u16 };
    let lineage = admit(station, request, label)?;
    let lineage = if supply.is_periodic() {
        Lineage { headers: lineage.headers, ..Lineage::root(lineage.source, lineage.priority) }
    } else {
        lineage
    };
    Ok(Arc::new(DelayedTask { station: station.clone(), label, info, lineage, supply }))
}

/// [`delay`] by name. Arguments need not be such that they can be cloned, so every tick reads them anew.
pub(crate) fn delay_named(
    station: &Station,
    named: &NamedRequest<'_>,
    arguments: &mut Arguments,
    is_periodic: bool,
) -> Result<Arc<dyn Work>, CallError> {
    let entry = named.entry;
    let kept = is_periodic.then(|| arguments.clone());
    let first = read(station, entry, arguments, Wanted::Nothing, &mut Room::new())?.packed();
    let supply = match kept {
        Some(kept) => Supply::Again(Box::new(move || {
            let mut room = Room::new();
            let job = (entry.read)(entry.info, &mut kept.clone(), Wanted::Nothing, &mut room)?;
            Ok(post(job.packed()))
        })),
        None => Supply::once(post(first)),
    };
    delay(station, entry.info, &request(named), supply)
}

/// What a task inherits that may be sent from here and now.
fn admit(station: &Station, request: &Request<'_>, label: Label) -> Result<Lineage, CallError> {
    current(|sender| {
        let sender = of_same_application(station, sender);
        if let Err(refusal) = check(station, sender) {
            return Err(refusal.explain(station, label.handler, sender, false));
        }
        let priority = request.priority.or_else(|| request.inherited_priority(sender)).unwrap_or_default();
        Ok(Lineage { priority, ..inherited(request, sender) })
    })
}

impl DelayedTask {
    fn push(&self, post: Post) -> Sent {
        // Whoever sent it may be gone: what holds is whether the target can be sent to.
        if let Err(refusal) = check(&self.station, None) {
            return lost(Loss::Undelivered, refusal.cause(&self.station, self.label.handler, None));
        }
        let draft = Draft {
            label: self.label,
            priority: self.lineage.priority,
            deadline: None,
            sender: None,
            nesting: 0,
            inherited: Some(&self.lineage),
            awaited: false,
            visitor: Party::NONE,
        };
        let mut obstacle = None;
        if post(&self.station, &draft, self.info, &mut obstacle).is_some() {
            return Sent::Gone;
        }
        let reason = match obstacle {
            Some(Obstacle::Parked(parking)) => return Sent::Parked(parking),
            Some(Obstacle::Full) => Loss::Dropped,
            Some(Obstacle::Closed | Obstacle::DroveOut(_)) | None => Loss::Undelivered,
        };
        lost(reason, not_admitted(obstacle.as_ref(), &self.station, self.label))
    }
}

/// That the application ends is known to everybody; anything else somebody must hear of.
fn lost(reason: Loss, error: CallError) -> Sent {
    let cause = (!matches!(error, CallError::ShuttingDown { .. })).then(|| Cause::Error(error.into()));
    Sent::Lost(reason, cause)
}

impl Work for DelayedTask {
    fn send(&self) -> Sent {
        match self.supply.next() {
            Some(Ok(post)) => self.push(post),
            Some(Err(cause)) => {
                let address = self.address().into();
                lost(Loss::Undelivered, CallError::Argument { address, cause: Box::new(cause) })
            }
            None => Sent::Lost(Loss::Undelivered, None),
        }
    }

    fn take_back(&self, parking: &Parking) -> bool {
        self.station.event_loop.unpark(parking)
    }

    fn count(&self, booking: Booking) {
        let delayed = &self.station.tenant().counters.exceptions().delayed;
        match booking {
            Booking::Accepted => delayed.accept(),
            Booking::Sent => delayed.send(),
            Booking::Lost(reason) => {
                let Lineage { transaction, priority, idle_born, .. } = self.lineage;
                let kind = MessageKind::Task;
                let lost = Lost { label: self.label, kind, transaction, priority, idle_born };
                self.station.event_loop.lose(&lost, reason);
                delayed.lose();
            }
        }
    }

    fn tell(&self, cause: Cause) {
        let incident = Incident::of(&self.station.event_loop, self.label, cause);
        let transaction = TransactionId::from_raw(self.lineage.transaction);
        let transaction = transaction.unwrap_or(incident.transaction);
        self.station.event_loop.services().tell(&Incident { transaction, ..incident });
    }

    fn owner(&self) -> ModuleIndex {
        self.lineage.source
    }

    fn address(&self) -> String {
        self.station.tenant().address_of(self.label.handler)
    }
}
