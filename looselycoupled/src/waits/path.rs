//! The way a call took.

use std::fmt;

/// The handlers along a cycle, each as `module.task`, the first one repeated at the end.
///
/// Displayed as `a.start → b.ask → a.answer`. Where the call leads to a module that cannot run because another one on
/// its event loop has the turn, the path begins with the handlers of that turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPath(Box<[Box<str>]>);

impl CallPath {
    /// The path that leads back to `target`. Whoever called the target's module before it is no part of the cycle.
    pub(crate) fn closing(mut steps: Vec<String>, target: String) -> Self {
        let is_of_target = |step: &String| module(step) == module(&target);
        let start = steps.iter().position(is_of_target).unwrap_or(0);
        steps.push(target);
        Self(steps.drain(start..).map(String::into_boxed_str).collect())
    }

    /// The steps, the outermost caller first.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|step| &**step)
    }
}

fn module(step: &str) -> &str {
    step.rsplit_once('.').map_or(step, |(module, _)| module)
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
