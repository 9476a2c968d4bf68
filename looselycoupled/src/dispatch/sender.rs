//! Who sends, and whether it may.

use std::time::Duration;

use crate::event_loop::{Activation, Kind, Services, Tenant, current};
use crate::lifecycle::{Gate, Phase};
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::reply::CallError;
use crate::router::Station;
use crate::sync::Ordering;
use crate::waits::Party;

/// What a send says beside its address and arguments.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Request<'a> {
    pub(crate) priority: Option<Priority>,
    pub(crate) timeout: Option<Duration>,
    /// What the message inherits from where it was made, if that was inside of a handler or in a module's name.
    pub(crate) inherited: Option<&'a Lineage>,
    /// Who waits for it in another process; nobody if it does not come from one.
    pub(crate) visitor: Party,
}

impl Request<'_> {
    /// The priority of where the message comes from.
    #[inline]
    pub(super) fn inherited_priority(&self, sender: Option<&Activation>) -> Option<Priority> {
        match (self.inherited, sender) {
            (Some(made), _) => Some(made.priority),
            (None, sender) => sender.map(|sender| sender.seed.lineage.priority),
        }
    }
}

/// What a message inherits that is made here: a handler's messages are its own wherever they are sent from.
#[inline]
pub(crate) fn made_here(services: &Services) -> Option<Lineage> {
    current(|maker| {
        let maker = maker.filter(|maker| std::ptr::eq(maker.event_loop().services(), services))?;
        Some(maker.pass_on())
    })
}

/// What a message inherits that is sent now.
pub(super) fn inherited(request: &Request<'_>, sender: Option<&Activation>) -> Lineage {
    match (request.inherited, sender) {
        (Some(made), _) => made.clone(),
        (None, Some(sender)) => sender.pass_on(),
        (None, None) => Lineage::root(ModuleIndex::OUTSIDE, Priority::Normal),
    }
}

/// Whether this code is part of a handler or a hook of this application; in the eyes of one, another's are outside.
#[inline]
pub(crate) fn is_inside_of(services: &Services) -> bool {
    current(|here| here.is_some_and(|here| std::ptr::eq(here.event_loop().services(), services)))
}

/// The sending handler, unless it belongs to another application: that one is an outsider here.
#[inline]
pub(super) fn of_same_application<'a>(
    station: &Station,
    sender: Option<&'a Activation>,
) -> Option<&'a Activation> {
    sender.filter(|sender| std::ptr::eq(sender.event_loop().services(), station.event_loop.services()))
}

/// Why a message must not be sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refusal {
    ShuttingDown,
    /// The sender acts on its own, and is in this state.
    NotActive(Phase),
    /// The target is in this state.
    NotReady(Phase),
}

/// Whether a message may be sent now: a module's own code sends only while the module is active; the target must be
/// there; and handlers send until the queues close, outsiders until the end begins.
#[inline]
pub(super) fn check(station: &Station, sender: Option<&Activation>) -> Result<(), Refusal> {
    if let Some(sender) = sender {
        check_own(sender)?;
    }
    let state = Phase::of(station.tenant());
    if !state.is_ready() {
        return Err(Refusal::NotReady(state));
    }
    let gate = Gate::from_raw(station.event_loop.services().gate.load(Ordering::Acquire));
    let last = if sender.is_some() { Gate::Stopping } else { Gate::Running };
    if gate > last {
        return Err(Refusal::ShuttingDown);
    }
    if let Some(sender) = sender {
        sender.count();
    }
    Ok(())
}

fn check_own(sender: &Activation) -> Result<(), Refusal> {
    if sender.seed.kind != Kind::Hook {
        return Ok(());
    }
    let state = Phase::of(sender.event_loop().tenant(sender.seed.label.tenant));
    if state == Phase::Active { Ok(()) } else { Err(Refusal::NotActive(state)) }
}

/// Why nobody is there. A module that `app!` names may not be part of this application, or played by a spy.
fn not_there<E>(tenant: &Tenant, state: Phase) -> CallError<E> {
    let module = (&*tenant.name).into();
    match tenant.module {
        ModuleIndex::ABSENT => CallError::UnknownModule { module, suggestion: None, known: Box::default() },
        ModuleIndex::PLAYED => {
            CallError::WrongType { module, expected: tenant.labels.type_name(), found: "Spy" }
        }
        _ => CallError::NotReady { module, state },
    }
}

impl Refusal {
    /// Counts the refusal and says why.
    #[cold]
    pub(super) fn explain<E>(
        self,
        station: &Station,
        handler: u16,
        sender: Option<&Activation>,
        is_awaited: bool,
    ) -> CallError<E> {
        station.tenant().refuse(handler, is_awaited);
        self.cause(station, handler, sender)
    }

    pub(super) fn cause<E>(
        self,
        station: &Station,
        handler: u16,
        sender: Option<&Activation>,
    ) -> CallError<E> {
        let tenant = station.tenant();
        match self {
            Self::ShuttingDown => {
                CallError::ShuttingDown { address: tenant.address_of(handler).into(), begun: false }
            }
            Self::NotReady(state) => not_there(tenant, state),
            Self::NotActive(state) => {
                let own = sender.map(|sender| sender.event_loop().tenant(sender.seed.label.tenant));
                CallError::NotActive { module: (&*own.unwrap_or(tenant).name).into(), state }
            }
        }
    }
}
