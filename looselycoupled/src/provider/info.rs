//! What can be known about a provider while it works.

use serde::{Deserialize, Serialize};

use super::ProviderState;

/// A way to other processes, and what has gone by it since the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProviderInfo {
    /// By which routes name it.
    pub name: String,
    /// What sort of provider it is.
    pub kind: &'static str,
    /// How far it is.
    pub state: ProviderState,
    /// Why it is not connected, in words.
    pub reason: String,
    /// Events that it took.
    pub published: u64,
    /// Events for which there was no room while they waited for it.
    pub dropped: u64,
    /// Events that it did not take.
    pub undelivered: u64,
    /// Events that it took and of which it is not known whether they have arrived, or known that they have not: they were on their way when a
    /// connection ended, or the broker rejected them. They are among the published ones.
    pub lost: u64,
    /// Events that came from other processes.
    pub received: u64,
    /// Events of this process that came back, and were discarded.
    pub echoes: u64,
    /// Durable events that came again, and were recognised.
    pub repeated: u64,
    /// Events that came and had no route here, that an interceptor rejected, or that could not be read.
    pub refused: u64,
    /// Calls and tasks that came from other processes.
    pub served: u64,
    /// Calls and tasks for modules in other processes.
    pub requested: u64,
}

/// What goes by a provider, as a route says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RouteInfo {
    /// Events of this name or pattern, or this module.
    pub of: RouteOf,
    /// The provider.
    pub via: String,
    /// Of events: in turn with whom they are heard.
    pub group: Option<String>,
    /// Of events: whether they are kept until they have been handled.
    pub durable: bool,
    /// Of a module: whether it is in this process, and others reach it by this way.
    pub here: bool,
}

/// What a route is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RouteOf {
    /// Events of this name, or of this pattern.
    Event(String),
    /// The module of this name.
    Module(String),
}
