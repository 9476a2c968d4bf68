//! Disconnecting while the application runs.

use super::Wire;
use super::inspect::{EVENT, Inspector, TASK, both, fault, faults, form};
use crate::address::nearest;
use crate::error::{ConnectionError, ConnectionProblem, Result};
use crate::metadata::ModuleIndex;
use crate::module::Handle;
use crate::router::Connection;

impl Handle {
    /// Disconnects two ends. With `*` in the place of an end, or behind the module of an end, it disconnects all that are meant:
    ///
    /// | from | to | disconnects |
    /// |---|---|---|
    /// | `door/opened` | `diary.note` | these two, which must be connected |
    /// | `door/opened` | `*` | all that this event goes to |
    /// | `door/*` | `*` | all that the events of this module go to |
    /// | `*` | `diary.*` | all that goes to tasks of this module |
    /// | `door/*` | `diary.*` | all between the two |
    ///
    /// Returns how many that were. What waits already is still handled, and what is being sent on another thread at this moment
    /// may still arrive.
    ///
    /// # Errors
    ///
    /// [`Error::Connection`](crate::Error::Connection): a module does not exist, or two ends without `*` are not connected. The
    /// error knows the nearest.
    pub fn disconnect(&self, from: &str, to: &str) -> Result<usize> {
        let wire = Wire::new(from, to);
        let target = self.module_of(to, if wire.is_forward() { '/' } else { '.' });
        let (source, _) = both(self.module_of(from, '/'), target)
            .map_err(|problems| ConnectionError::of(faults(&wire, problems)))?;
        let is_meant = |known: &Connection| is_end(from, &known.from) && is_end(to, &known.to);
        let removed = self.application.router.connections.change().remove(source, is_meant);
        if removed == 0 && ![from, to].iter().any(|end| end.ends_with('*')) {
            return Err(ConnectionError::of(vec![fault(&wire, self.not_connected(from, to))]).into());
        }
        Ok(removed)
    }

    /// The module of an end; `None` for `*`.
    fn module_of(
        &self,
        end: &str,
        separator: char,
    ) -> std::result::Result<Option<ModuleIndex>, ConnectionProblem> {
        if end == "*" {
            return Ok(None);
        }
        let expected = if separator == '/' { EVENT } else { TASK };
        let (module, _) = end.split_once(separator).ok_or_else(|| form(end, expected))?;
        Ok(Some(Inspector::new(&*self.application).module(module)?.index))
    }

    #[cold]
    fn not_connected(&self, from: &str, to: &str) -> ConnectionProblem {
        let known = self.connections().into_iter();
        let known: Vec<String> = known.map(|wire| format!("`{}` to `{}`", wire.from, wire.to)).collect();
        let near = nearest(&format!("`{from}` to `{to}`"), known.iter().map(String::as_str));
        ConnectionProblem::NotConnected { suggestion: near.map(Into::into) }
    }
}

/// Whether an end is meant by what was written.
fn is_end(written: &str, end: &str) -> bool {
    let is_below = |module: &str| module.ends_with(['/', '.']) && end.starts_with(module);
    written == end || written == "*" || written.strip_suffix('*').is_some_and(is_below)
}
