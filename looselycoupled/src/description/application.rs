//! The whole of an application.

use serde::{Deserialize, Serialize};

use super::{EventDescription, ModuleDescription, TaskDescription, TypeDescription};
use crate::app::Lint;
use crate::event::Wire;
use crate::provider::RouteInfo;

/// What an application consists of. Made by [`Handle::describe`](crate::Handle::describe).
///
/// The same application in the same state gives the same description, and every document that it becomes is the same text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Description {
    /// The title of its documents.
    pub title: String,
    /// The application's version in its documents.
    pub version: String,
    /// Its modules in the order of their start.
    pub modules: Vec<ModuleDescription>,
    /// The events that are known, by name: those that a module says it sends, that a handler wants, those at an end of a
    /// connection, and all that have a type in this program, unless the application is a [part](crate::AppBuilder::partial). The
    /// framework's own are among them where a handler wants them.
    pub events: Vec<EventDescription>,
    /// Its connections and forwards in the order in which they were made.
    pub connections: Vec<Wire>,
    /// What goes to other processes and comes from them.
    #[serde(default)]
    pub routes: Vec<RouteInfo>,
    /// The types of modules that this program has, by name; each can be listed in a configuration unless it says otherwise.
    pub types: Vec<TypeDescription>,
    /// What looks like a mistake in how they are wired at this moment; nothing where the application is a
    /// [part](crate::AppBuilder::partial).
    #[serde(default)]
    pub lints: Vec<Lint>,
}

impl Description {
    /// Gives its documents a title and a version.
    #[must_use]
    pub fn titled(self, title: &str, version: &str) -> Self {
        Self { title: title.to_owned(), version: version.to_owned(), ..self }
    }

    /// The module of a name.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<&ModuleDescription> {
        self.modules.iter().find(|module| module.name == name)
    }

    /// The task of an address, `module.task`.
    #[must_use]
    pub fn task(&self, address: &str) -> Option<&TaskDescription> {
        self.modules.iter().flat_map(|module| &module.tasks).find(|task| task.address == address)
    }

    /// The event of a name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&EventDescription> {
        self.events.iter().find(|event| event.name == name)
    }
}
