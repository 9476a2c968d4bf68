//! The life of a module, as one table.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event_loop::Tenant;
use crate::sync::Ordering;

/// How far a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Phase {
    /// Deaf and mute: not started, or ended.
    Inactive = Tenant::ABSENT,
    /// Receives, and answers, but does not act on its own.
    Passive = 1,
    /// Receives and acts.
    Active = 2,
}

/// What moves a module from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// `initialize` has ended well.
    Initialized,
    /// Every module of the application is passive.
    Activate,
    /// The application ends, its start failed, or the module is to be made again.
    Deactivate,
    /// `finalize` has ended, or there is nothing to finalise.
    Finalized,
}

/// Every transition there is; any other step is refused.
const TRANSITIONS: [(Phase, Step, Phase); 4] = [
    (Phase::Inactive, Step::Initialized, Phase::Passive),
    (Phase::Passive, Step::Activate, Phase::Active),
    (Phase::Active, Step::Deactivate, Phase::Passive),
    (Phase::Passive, Step::Finalized, Phase::Inactive),
];

impl Phase {
    /// The state after a step, if the table has it.
    pub(crate) fn after(self, step: Step) -> Option<Self> {
        TRANSITIONS.iter().find(|(from, by, _)| *from == self && *by == step).map(|(_, _, to)| *to)
    }

    /// Whether the module takes calls, tasks and events.
    #[must_use]
    #[inline]
    pub const fn is_ready(self) -> bool {
        !matches!(self, Self::Inactive)
    }

    #[inline]
    pub(crate) fn of(tenant: &Tenant) -> Self {
        match tenant.phase.load(Ordering::Acquire) {
            Tenant::ABSENT => Self::Inactive,
            1 => Self::Passive,
            _ => Self::Active,
        }
    }

    /// Moves a module on; false if the table has no such step, and then nothing changes.
    pub(crate) fn advance(tenant: &Tenant, step: Step) -> bool {
        let Some(next) = Self::of(tenant).after(step) else { return false };
        tenant.phase.store(next as u8, Ordering::Release);
        tracing::debug!(target: "looselycoupled", module = %tenant.name, state = %next, "state changed");
        true
    }

    /// For what is no module and acts from the beginning.
    pub(crate) fn begin(tenant: &Tenant) {
        tenant.phase.store(Self::Active as u8, Ordering::Release);
    }

    /// The module is not there any more, in order or not.
    pub(crate) fn end(tenant: &Tenant) {
        tenant.phase.store(Self::Inactive as u8, Ordering::Release);
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inactive => "inactive",
            Self::Passive => "passive",
            Self::Active => "active",
        })
    }
}

/// How far the application is; one byte beside the loops, read by every send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Gate {
    /// Modules become passive.
    Starting = 0,
    Running = 1,
    /// Outsiders are refused; handlers may still send.
    Stopping = 2,
    /// Nobody sends any more.
    Closed = 3,
}

impl Gate {
    #[inline]
    pub(crate) const fn from_raw(raw: u8) -> Self {
        match raw {
            0 => Self::Starting,
            1 => Self::Running,
            2 => Self::Stopping,
            _ => Self::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_lives_once_through_the_table() {
        let steps = [Step::Initialized, Step::Activate, Step::Deactivate, Step::Finalized];
        let life = steps.into_iter().try_fold(Phase::Inactive, Phase::after);
        assert_eq!(life, Some(Phase::Inactive));
    }

    #[test]
    fn no_step_skips_a_state() {
        assert_eq!(Phase::Inactive.after(Step::Activate), None);
        assert_eq!(Phase::Active.after(Step::Finalized), None);
        assert_eq!(Phase::Passive.after(Step::Initialized), None);
        assert_eq!(Phase::Inactive.after(Step::Deactivate), None);
    }
}
