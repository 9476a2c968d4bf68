//! Which events and modules go by which provider.

use super::{Expectation, Subscription};
use crate::address::EventPattern;
use crate::envelope::is_own;
use crate::event::EXIT;
use crate::metadata::Priority;

/// Whether an event stays in its process whatever routes say: what the framework tells of itself, and what ends an application.
pub(crate) fn stays_here(event: &str) -> bool {
    is_own(event) || event == EXIT
}

/// Where an event goes, and comes from.
#[derive(Debug, Clone)]
pub(crate) struct EventRoute {
    pub(crate) pattern: EventPattern,
    /// The place of the provider in the list of all.
    pub(crate) via: usize,
    /// As the route says.
    pub(crate) subscription: Subscription,
    /// For handlers that take turns with those of other processes.
    pub(crate) groups: Vec<Subscription>,
}

impl EventRoute {
    pub(crate) fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        std::iter::once(&self.subscription).chain(&self.groups)
    }

    /// Whether the provider decides who hears such an event, also in the process that sends it.
    pub(crate) const fn is_handed_over(&self) -> bool {
        self.subscription.is_durable || self.subscription.group.is_some()
    }
}

/// Where a module is, or by which way others reach it.
#[derive(Debug, Clone)]
pub(crate) struct ModuleRoute {
    pub(crate) module: Box<str>,
    pub(crate) via: usize,
    /// No call that comes by it is more urgent.
    pub(crate) highest: Priority,
    /// The module is in this process.
    pub(crate) is_here: bool,
}

/// All routes of an application.
#[derive(Debug, Clone, Default)]
pub(crate) struct Routes {
    pub(crate) events: Vec<EventRoute>,
    pub(crate) modules: Vec<ModuleRoute>,
    /// What is expected of modules that are elsewhere.
    pub(crate) expectations: Vec<Expectation>,
}
