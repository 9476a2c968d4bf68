//! Headers: texts that travel along a chain of messages.

use std::sync::Arc;

/// Named texts that every message of a chain inherits, such as a session or a trace context.
///
/// Cloning is cheap: the entries are shared until they change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Option<Arc<Entries>>);

type Entries = Vec<(Box<str>, Box<str>)>;

impl Headers {
    /// No headers.
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    /// The text under a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// These headers with one more, or another text under the name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let entries = Arc::make_mut(self.0.get_or_insert_default());
        match entries.iter_mut().find(|(key, _)| **key == *name) {
            Some(entry) => entry.1 = value.into(),
            None => entries.push((name.into(), value.into())),
        }
        self
    }

    /// These headers without the one of this name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        if let Some(entries) = &mut self.0 {
            Arc::make_mut(entries).retain(|(key, _)| **key != *name);
        }
        self
    }

    /// All headers in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|entries| entries.iter()).map(|(key, value)| (&**key, &**value))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}
