//! What one button does, told by the times of its changes.

use crate::prelude::*;

/// How long is what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    /// The longest short push.
    pub(super) short: Duration,
    /// The longest pause between the two pushes of a double click.
    pub(super) double_click: Duration,
}

/// Something that a button has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Push {
    Short,
    Long,
    Double,
}

/// A button; times count from any moment, the same for all of its changes.
#[derive(Debug, Default)]
pub(super) struct Button {
    stage: Stage,
    /// How often it was pushed.
    pushes: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing is left of what was.
    #[default]
    Neutral,
    Pushed {
        since: Duration,
    },
    /// After a short push, which a second one may follow.
    Released {
        at: Duration,
    },
    PushedAgain {
        since: Duration,
    },
}

impl Button {
    /// It was pushed. Returns the number of the push, and whether that is unexpected: its release was not seen.
    pub(super) fn push(&mut self, at: Duration, thresholds: &Thresholds) -> (u64, bool) {
        let is_unexpected = matches!(self.stage, Stage::Pushed { .. } | Stage::PushedAgain { .. });
        self.stage = match self.stage {
            Stage::Released { at: released } if is_within(released, at, thresholds.double_click) => {
                Stage::PushedAgain { since: at }
            }
            _ => Stage::Pushed { since: at },
        };
        self.pushes += 1;
        (self.pushes, is_unexpected)
    }

    /// It was released. Returns what that makes of the push, or nothing if no push was seen, or one that lies in the future: whoever tells the
    /// times has begun anew.
    pub(super) fn release(&mut self, at: Duration, thresholds: &Thresholds) -> Option<Push> {
        let (since, is_second) = match self.stage {
            Stage::Neutral | Stage::Released { .. } => return None,
            Stage::Pushed { since } => (since, false),
            Stage::PushedAgain { since } => (since, true),
        };
        let Some(held) = at.checked_sub(since) else {
            self.stage = Stage::Neutral;
            return None;
        };
        let is_short = held <= thresholds.short;
        self.stage = if is_short && !is_second { Stage::Released { at } } else { Stage::Neutral };
        Some(match (is_short, is_second) {
            (false, _) => Push::Long,
            (true, true) => Push::Double,
            (true, false) => Push::Short,
        })
    }

    /// Whether it has been pushed since the push of that number.
    pub(super) fn is_held(&self, push: u64) -> bool {
        self.pushes == push && matches!(self.stage, Stage::Pushed { .. } | Stage::PushedAgain { .. })
    }
}

/// Times that go backwards are no pause.
fn is_within(from: Duration, to: Duration, limit: Duration) -> bool {
    to.checked_sub(from).is_some_and(|pause| pause <= limit)
}

#[cfg(test)]
mod tests;
