//! The way a call took.

use std::fmt;

/// The handlers along a cycle, each as `module.task`, the first one repeated at the end.
///
/// Displayed as `a.start → b.ask → a.answer`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPath(Box<[Box<str>]>);

impl CallPath {
    pub(crate) fn new(steps: impl IntoIterator<Item = String>) -> Self {
        Self(steps.into_iter().map(String::into_boxed_str).collect())
    }

    /// The steps, the outermost caller first.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|step| &**step)
    }
}

impl fmt::Display for CallPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" → ")?;
            }
            f.write_str(step)?;
        }
        Ok(())
    }
}
