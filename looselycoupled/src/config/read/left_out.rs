//! What a read leaves out because it is wrong, so that it comes to what stands behind.

use std::collections::HashSet;

use super::error::{Problem, ReadError};
use super::report::Trail;

/// Paths of values that are known to be wrong.
///
/// A type gives up at its first error, so it is read again without what was wrong before, until nothing is.
#[derive(Debug, Default)]
pub(crate) struct LeftOut(HashSet<String>);

impl LeftOut {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, trail: &Trail<'_>) -> bool {
        self.0.contains(&trail.path())
    }

    /// Leaves out what an error is about; false if nothing would be left of what is read.
    pub(crate) fn add(&mut self, error: &ReadError, root: &str) -> bool {
        let mut path = subject(error);
        // The content of an enum is read although it is left out: then the enum has to go.
        while self.covers(&path) {
            let Some((above, _)) = path.rsplit_once('.') else { return false };
            path.truncate(above.len());
        }
        let is_below = path.len() > root.len();
        self.0.insert(path);
        is_below
    }

    /// Whether an error says nothing but that something was left out.
    pub(crate) fn explains(&self, error: &ReadError) -> bool {
        let subject = subject(error);
        if self.covers(&subject) {
            return true;
        }
        match error.problem() {
            Problem::MissingKey(key) => self.0.contains(&below(&subject, key)),
            Problem::UnknownKey { .. } | Problem::Repeated(_) => false,
            // What a type says of all its values may be due to one of them.
            _ => self.0.iter().any(|left| is_below(left, &subject)),
        }
    }

    fn covers(&self, path: &str) -> bool {
        self.0.iter().any(|left| left == path || is_below(path, left))
    }
}

/// The path of what must be left out to be rid of an error.
fn subject(error: &ReadError) -> String {
    let path = error.spot().map_or("", |spot| &spot.path);
    match error.problem() {
        Problem::UnknownKey { key, .. } => below(path, key),
        Problem::Repeated(key) => below(path, key),
        _ => path.to_owned(),
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn is_below(path: &str, above: &str) -> bool {
    above.is_empty() || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}
