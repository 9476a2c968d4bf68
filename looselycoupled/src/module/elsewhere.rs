//! Modules that are in other processes.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use tokio::time::Instant;

use crate::envelope::EventRecord;
use crate::event_loop::Services;
use crate::metadata::Lineage;
use crate::reply::{BoxError, CallError};
use crate::sync::{Arc, Weak};
use crate::value::{Arguments, Value};
use crate::waits::Caller;

/// A call, or a task, for a module that is not here.
#[derive(Debug)]
pub(crate) struct Departure {
    /// `module.task`
    pub(crate) address: Box<str>,
    pub(crate) arguments: Arguments,
    /// What it inherits.
    pub(crate) lineage: Lineage,
    pub(crate) deadline: Option<Instant>,
    pub(crate) is_awaited: bool,
    /// Who waits for it.
    pub(crate) caller: Caller,
}

/// What comes of a departure: of a task that nobody waits for, null as soon as it has been accepted.
pub(crate) type Journey = Pin<Box<dyn Future<Output = Result<Value, CallError>> + Send>>;

/// Why a provider may not keep an event.
#[derive(Debug)]
pub(crate) struct Unconfirmed {
    pub(crate) via: Box<str>,
    pub(crate) cause: BoxError,
}

/// Ready when all providers keep an event that are to; how many those are.
pub(crate) type Confirmation = Pin<Box<dyn Future<Output = Result<usize, Unconfirmed>> + Send>>;

/// Knows which modules are in other processes, and how to reach them.
pub(crate) trait Elsewhere: fmt::Debug + Send + Sync {
    /// Whether a module is said to be there.
    fn knows(&self, module: &str) -> bool;

    /// Whether a module is there, and the way to it is open.
    fn is_reachable(&self, module: &str) -> bool;

    /// All that are said to be there.
    fn modules(&self) -> Vec<String>;

    /// Itself, for those who know its type.
    fn as_any(&self) -> &dyn Any;

    /// The names and patterns of events that go there and come from there.
    fn events(&self) -> Vec<String>;

    fn depart(self: Arc<Self>, departure: Departure) -> Journey;

    /// Has an event kept; nothing if no provider is to keep it.
    fn keep(self: Arc<Self>, record: &EventRecord) -> Option<Confirmation>;

    /// Hands an event to the providers that decide who hears it, in this process too; how many those are, nothing if there are none.
    fn hand_over(&self, record: &EventRecord) -> Option<usize>;
}

impl dyn Elsewhere {
    /// Makes it known to whoever sends in the application.
    pub(crate) fn introduce(self: &Arc<Self>, services: &Services) {
        services.point_elsewhere(Box::new(Arc::downgrade(self)));
    }

    /// That of the application.
    pub(crate) fn of(services: &Services) -> Option<Arc<Self>> {
        services.elsewhere()?.downcast_ref::<Weak<Self>>()?.upgrade()
    }
}
