//! One connection as it is written.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::inspect::{EVENT, TASK, fault, form};
use crate::error::ConnectionFault;

/// One connection as it is written: from an event of a module, `module/event`, to a task of another, `module.task`, or to an
/// event of another, in whose name it is sent again.
///
/// Two names of modules stand for all events of the first that are called like a task of the second: `produced` goes to
/// `on_produced`, and a dot in the name of an event becomes `_`.
///
/// # Examples
///
/// ```
/// use looselycoupled::Wire;
///
/// let wire = Wire::new("producer/produced", "consumer.take").positional();
/// assert_eq!(wire.to_string(), "producer/produced -> consumer.take (positional)");
/// assert!(Wire::new("inner/result", "outer/result").is_forward());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Wire {
    /// The event.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// Whether the fields go to the parameters in their order.
    pub positional: bool,
}

impl Wire {
    /// From an event to a task, which gets the fields by the names of its parameters, or to an event.
    #[must_use = "nothing is connected before `connect_all` takes it"]
    pub fn new(from: &str, to: &str) -> Self {
        Self { from: from.to_owned(), to: to.to_owned(), positional: false }
    }

    /// The fields go to the parameters in their order, whatever they are called: in the order in which the event's type or its
    /// sender's `emits(…)` names them, otherwise in that of the event that comes.
    #[must_use = "nothing is connected before `connect_all` takes it"]
    pub const fn positional(mut self) -> Self {
        self.positional = true;
        self
    }

    /// Whether the event is sent again rather than handed to a task.
    #[must_use]
    pub fn is_forward(&self) -> bool {
        self.to.contains('/')
    }

    /// Sees to it that this is written as one connection, of the wanted kind.
    pub(crate) fn single(self, is_forward: bool) -> Result<Self, ConnectionFault> {
        let (end, wanted) = if self.is_forward() != is_forward {
            (&self.to, if is_forward { EVENT } else { TASK })
        } else if !self.from.contains('/') {
            (&self.from, EVENT)
        } else {
            return Ok(self);
        };
        Err(fault(&self, form(end, wanted)))
    }
}

impl From<(&str, &str)> for Wire {
    fn from((from, to): (&str, &str)) -> Self {
        Self::new(from, to)
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let positional = if self.positional { " (positional)" } else { "" };
        write!(f, "{} -> {}{positional}", self.from, self.to)
    }
}
