//! What the house consists of.

use std::fmt;

use looselycoupled::prelude::*;

/// The size of the house, for its header.
#[derive(Debug)]
pub(crate) struct House {
    modules: usize,
    tasks: usize,
    /// Those that have a name in the code.
    events: usize,
}

impl House {
    pub(crate) fn of(handle: &Handle) -> Self {
        let description = handle.describe();
        Self {
            modules: description.modules.len(),
            tasks: description.modules.iter().map(|module| module.tasks.len()).sum(),
            events: description.events.len(),
        }
    }
}

impl fmt::Display for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} modules, {} tasks, {} events", self.modules, self.tasks, self.events)
    }
}
