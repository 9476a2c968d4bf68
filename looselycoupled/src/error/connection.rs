//! Why a connection cannot be made, or is not there.

use std::fmt;

use crate::address::{Known, NameError, quoted};

/// Why nothing was connected, or disconnected: everything that is wrong.
#[derive(Debug)]
pub struct ConnectionError {
    faults: Vec<ConnectionFault>,
}

impl ConnectionError {
    /// Nothing unless something is wrong.
    pub(crate) fn check(faults: Vec<ConnectionFault>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::of(faults)) }
    }

    /// Of one fault at least.
    pub(crate) const fn of(faults: Vec<ConnectionFault>) -> Self {
        Self { faults }
    }

    /// All faults; at least one.
    #[must_use]
    pub fn faults(&self) -> &[ConnectionFault] {
        &self.faults
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [fault] = self.faults() {
            return fault.fmt(f);
        }
        write!(f, "nothing was changed; {} faults to mend:", self.faults.len())?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n- {fault}"))
    }
}

impl std::error::Error for ConnectionError {}

/// What is wrong with one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionFault {
    /// The end that sends, as it was written.
    pub from: Box<str>,
    /// The end that receives, as it was written.
    pub to: Box<str>,
    /// What is wrong.
    pub problem: ConnectionProblem,
}

impl fmt::Display for ConnectionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}: {}", quoted(&self.from), quoted(&self.to), self.problem)
    }
}

/// In which way a connection is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionProblem {
    /// An end is not written as such ends are.
    #[error("{} is not written `{form}`", quoted(end))]
    Form {
        /// The end.
        end: Box<str>,
        /// How it should be written.
        form: &'static str,
    },
    /// The name of an event breaks the rules for names.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is no such module.
    #[error("unknown module {}{}", quoted(module), hint(suggestion.as_deref(), known))]
    UnknownModule {
        /// The name.
        module: Box<str>,
        /// The module that was probably meant.
        suggestion: Option<Box<str>>,
        /// The modules there are, if none of them is near.
        known: Known,
    },
    /// The module says which events it sends, and this is none of them.
    #[error(
        "module `{module}` does not name event `{event}` in its `emits(…)`{}",
        hint(suggestion.as_deref(), known)
    )]
    UnknownEvent {
        /// The module.
        module: Box<str>,
        /// The event.
        event: Box<str>,
        /// The event that was probably meant.
        suggestion: Option<Box<str>>,
        /// The events that the module names, if none of them is near.
        known: Known,
    },
    /// The module has no such task.
    #[error("unknown task {}{}", quoted(address), hint(suggestion.as_deref(), known))]
    UnknownTask {
        /// The address.
        address: Box<str>,
        /// The address that was probably meant.
        suggestion: Option<Box<str>>,
        /// The tasks of the module, if none of them is near.
        known: Known,
    },
    /// The task cannot get its arguments from an event.
    #[error(
        "`{address}` is a local task, which takes no arguments by name; leave out `local`, or connect another task"
    )]
    LocalTask {
        /// The address.
        address: Box<str>,
    },
    /// The method hears events by itself.
    #[error(
        "`{address}` is an event handler and hears its event from everybody; to connect it, make it a `#[task]`"
    )]
    Handler {
        /// The address.
        address: Box<str>,
    },
    /// The event comes from no module.
    #[error(
        "`{event}` is the framework's own event and comes from no module; hear it with `#[on_event]` or `subscribe`"
    )]
    OwnEvent {
        /// The event.
        event: Box<str>,
    },
    /// An event does not go to a task of the module that sends it.
    #[error("a module does not hear itself; call the task where the event is sent")]
    Itself,
    /// An event does not go to itself.
    #[error("both ends are the same event")]
    SameEvent,
    /// The two ends are connected already.
    #[error("they are connected already, and nobody hears an event twice")]
    Twice,
    /// The event has nothing for parameters that must be there.
    #[error(
        "the event has nothing for {}{}; {}", listed(missing), among(fields), way_out(*positional)
    )]
    Unfed {
        /// The parameters as they are written, such as `level: u8`.
        missing: Vec<String>,
        /// The fields that the event has.
        fields: Vec<&'static str>,
        /// Whether the fields go to the parameters in their order.
        positional: bool,
    },
    /// No event of the one module is called like a task of the other.
    #[error(
        "nothing matches: an event `x` that the first names in its `emits(…)` goes to a task `on_x` of the second"
    )]
    NoMatch,
    /// The two ends are not connected.
    #[error("they are not connected{}", suggestion.as_ref().map_or_else(String::new, |near| format!("; did you mean {near}?")))]
    NotConnected {
        /// The connection that was probably meant.
        suggestion: Option<Box<str>>,
    },
}

fn hint(suggestion: Option<&str>, known: &Known) -> String {
    suggestion.map_or_else(|| format!("; {known}"), |name| format!("; did you mean `{name}`?"))
}

fn listed<T: fmt::Display>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn among(fields: &[&str]) -> String {
    if fields.is_empty() { " and no fields at all".to_owned() } else { format!(" among {}", listed(fields)) }
}

fn way_out(positional: bool) -> &'static str {
    if positional {
        "give what is missing a `#[default]`"
    } else {
        "name them alike, give what is missing a `#[default]`, or connect by position"
    }
}
