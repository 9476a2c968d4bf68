//! Why there is no such event loop.

use crate::address::{Known, quoted};

/// Why there is no such event loop.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoopError {
    /// No shared loop has this name.
    #[error("no shared event loop is called {}{}", quoted(name), hint(suggestion.as_deref(), known))]
    Unknown {
        /// The name that was asked for.
        name: Box<str>,
        /// The nearest one.
        suggestion: Option<Box<str>>,
        /// Those that there are, if none is near.
        known: Box<Known>,
    },
    /// Another loop has this name, or a module.
    #[error("the event loop {} cannot be opened: a loop or a module has that name already", quoted(name))]
    Taken {
        /// The name.
        name: Box<str>,
    },
    /// The name breaks the rules for names.
    #[error(transparent)]
    Name(#[from] crate::address::NameError),
    /// An option does not suit a loop for guests.
    #[error("the event loop {} cannot be opened with `{option}`: {reason}", quoted(name))]
    Options {
        /// The name.
        name: Box<str>,
        /// The option.
        option: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The operating system gives it no thread.
    #[error("there is no thread for the event loop {}: {source}", quoted(name))]
    Thread {
        /// The name.
        name: Box<str>,
        /// What it said.
        source: std::io::Error,
    },
    /// The application is ending.
    #[error("the event loop {} cannot be opened: the application is ending", quoted(name))]
    ShuttingDown {
        /// The name.
        name: Box<str>,
    },
}

fn hint(suggestion: Option<&str>, known: &Known) -> String {
    suggestion.map_or_else(|| format!("; {known}"), |near| format!("; did you mean `{near}`?"))
}
