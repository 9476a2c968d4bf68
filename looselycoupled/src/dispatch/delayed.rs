//! Tasks that are put in line when their time has come.

use std::marker::PhantomData;

use super::enqueue::push;
use super::not_admitted;
use super::sender::{Request, check, of_same_application};
use crate::event_loop::{
    Booking, Cause, Draft, Incident, Label, Lost, Obstacle, Parking, Sent, Work, current,
};
use crate::metadata::{Lineage, ModuleIndex, TransactionId};
use crate::module::{Task, TaskInfo};
use crate::reply::CallError;
use crate::router::Station;
use crate::statistics::{Loss, MessageKind};
use crate::sync::{Arc, Mutex};
use crate::value::{ArgumentError, Arguments};

/// Where the arguments of a task come from when it is sent.
pub(crate) enum Supply<A> {
    /// Once.
    Once(Mutex<Option<A>>),
    /// Again and again, as copies.
    Cloned(Mutex<A>, fn(&A) -> A),
    /// Again and again, read anew.
    Read(Arguments, fn(&mut Arguments) -> Result<A, ArgumentError>),
}

impl<A> Supply<A> {
    pub(crate) fn once(arguments: A) -> Self {
        Self::Once(Mutex::new(Some(arguments)))
    }

    pub(crate) fn cloned(arguments: A, clone: fn(&A) -> A) -> Self {
        Self::Cloned(Mutex::new(arguments), clone)
    }

    const fn is_periodic(&self) -> bool {
        !matches!(self, Self::Once(_))
    }

    /// `None` if there are none any more.
    fn next(&self) -> Option<Result<A, ArgumentError>> {
        match self {
            Self::Once(arguments) => arguments.lock().take().map(Ok),
            Self::Cloned(arguments, clone) => Some(Ok(clone(&arguments.lock()))),
            Self::Read(arguments, read) => Some(read(&mut arguments.clone())),
        }
    }
}

/// A task whose time has not come.
struct DelayedTask<T: Task> {
    station: Station,
    label: Label,
    info: &'static TaskInfo,
    /// What each of them carries.
    lineage: Lineage,
    supply: Supply<T::Arguments>,
    of_task: PhantomData<fn() -> T>,
}

/// Makes what puts a task in line when its time has come, if it may be sent now.
pub(crate) fn delay<T: Task>(
    station: &Station,
    info: &'static TaskInfo,
    request: &Request<'_>,
    supply: Supply<T::Arguments>,
) -> Result<Arc<dyn Work>, CallError> {
    let label = Label { tenant: station.tenant, handler: info.index as u16 };
    let lineage = admit(station, request, label)?;
    let lineage =
        if supply.is_periodic() { Lineage::root(lineage.source, lineage.priority) } else { lineage };
    Ok(Arc::new(DelayedTask::<T> {
        station: station.clone(),
        label,
        info,
        lineage,
        supply,
        of_task: PhantomData,
    }))
}

/// What a task inherits that may be sent from here and now.
fn admit(station: &Station, request: &Request<'_>, label: Label) -> Result<Lineage, CallError> {
    current(|sender| {
        let sender = of_same_application(station, sender);
        if let Err(refusal) = check(station, sender) {
            return Err(refusal.explain(station, label.handler, sender));
        }
        let priority = request.priority.or_else(|| request.inherited_priority(sender)).unwrap_or_default();
        let inherited = match (request.inherited, sender) {
            (Some(made), _) => made.clone(),
            (None, Some(sender)) => sender.pass_on(),
            (None, None) => Lineage::root(ModuleIndex::OUTSIDE, priority),
        };
        Ok(Lineage { priority, ..inherited })
    })
}

impl<T: Task> DelayedTask<T> {
    fn push(&self, arguments: T::Arguments) -> Sent {
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
        };
        let mut obstacle = None;
        if push::<T>(&self.station, &draft, self.info, arguments, &mut obstacle).is_some() {
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

impl<T: Task> Work for DelayedTask<T> {
    fn send(&self) -> Sent {
        match self.supply.next() {
            Some(Ok(arguments)) => self.push(arguments),
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
