//! Which events a process wants to hear.

use std::fmt;

/// Which events a process wants to hear by a provider, and on which terms.
///
/// Written out, it is a name of its own: `order`, `order@billing` for a group, and with `!` in front if it is durable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Subscription {
    /// The name of the events, or a pattern.
    pub event: Box<str>,
    /// Each event comes to one of the processes that state the same group; `None`: to every process.
    pub group: Option<Box<str>>,
    /// Events are kept while the process, or every one of its group, is away, and come again until they have been handled.
    pub is_durable: bool,
}

impl Subscription {
    /// To events of a name, or of a pattern, while they come.
    #[must_use]
    pub fn to(event: &str) -> Self {
        Self { event: event.into(), group: None, is_durable: false }
    }

    /// The same in turn with the others of a group.
    #[must_use]
    pub fn in_group(self, group: &str) -> Self {
        Self { group: Some(group.into()), ..self }
    }

    /// The same, with nothing missed.
    #[must_use]
    pub fn durable(self) -> Self {
        Self { is_durable: true, ..self }
    }
}

impl fmt::Display for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event, group, is_durable } = self;
        f.write_str(if *is_durable { "!" } else { "" })?;
        f.write_str(event)?;
        group.as_ref().map_or(Ok(()), |group| write!(f, "@{group}"))
    }
}
