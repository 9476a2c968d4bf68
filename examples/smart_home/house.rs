//! What the house consists of.

use std::fmt;

use looselycoupled::prelude::*;

/// The size of the house, for its header.
#[derive(Debug)]
pub(crate) struct House {
    modules: usize,
    /// Those that can be called by name, which are what the console shows.
    tasks: usize,
    /// Those that have a name in the code.
    events: usize,
}

impl House {
    pub(crate) fn of(handle: &Handle) -> Self {
        let description = handle.describe();
        let tasks = description.modules.iter().flat_map(|module| &module.tasks);
        Self {
            modules: description.modules.len(),
            tasks: tasks.filter(|task| !task.local).count(),
            events: description.events.len(),
        }
    }
}

impl fmt::Display for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} modules, {} tasks, {} events", self.modules, self.tasks, self.events)
    }
}
