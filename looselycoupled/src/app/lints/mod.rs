//! What looks like a mistake in the wiring and may be none: told, and nothing more.

mod addresses;
mod events;
mod stubs;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::LintCode;
use super::faults::{Finding, Findings};
use crate::event::Wire;
use crate::module::ModuleDescriptor;

/// Something about an application that looks like a mistake. It starts all the same.
///
/// Its text is that of a compiler: `warning[LC0601]: …`, the place, and the way out. An attribute with a reason silences it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lint {
    /// What sort of lint it is.
    pub code: LintCode,
    /// What, and the way out.
    pub message: String,
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "warning[{}]: {}", self.code, self.message)
    }
}

impl Lint {
    /// Writes it to the log.
    pub(super) fn tell(&self) {
        let Self { code, message } = self;
        tracing::warn!(target: "looselycoupled", %code, "{message}");
    }
}

impl Finding for Lint {
    type Code = LintCode;

    fn new(code: LintCode, message: String) -> Self {
        Self { code, message }
    }

    fn message(&mut self) -> &mut String {
        &mut self.message
    }

    fn title(code: LintCode) -> &'static str {
        code.title()
    }
}

type Lints = Findings<Lint>;

/// A whole application, as far as lints look at it.
pub(crate) struct Wiring<'a> {
    /// By the names of the instances.
    pub(crate) modules: Vec<(&'a str, &'static ModuleDescriptor)>,
    pub(crate) wires: Vec<&'a Wire>,
    /// The names and patterns to which somebody has subscribed while it runs.
    pub(crate) subscribed: Vec<String>,
    /// The names and patterns of events that go to other processes and come from there.
    pub(crate) events: Vec<String>,
    /// The modules that are there.
    pub(crate) elsewhere: Vec<String>,
}

impl Wiring<'_> {
    /// Everything that looks like a mistake.
    pub(crate) fn lints(&self) -> Vec<Lint> {
        let mut lints = Lints::default();
        events::look(self, &mut lints);
        addresses::look(self, &mut lints);
        lints.into_list()
    }
}
