//! What a method is for.

use crate::syntax::{Marker, MarkerKind, Method};

/// A method with the attribute that says what it is for.
#[derive(Clone, Copy)]
pub(super) struct Marked<'a> {
    /// The method.
    pub(super) method: &'a Method,
    /// The attribute.
    pub(super) marker: &'a Marker,
    /// Whether its module is concurrent.
    pub(super) concurrent: bool,
    /// Whether its module stays on one thread.
    pub(super) pinned: bool,
}

impl Marked<'_> {
    /// The part that the method plays in its module.
    pub(super) fn role(self) -> Role {
        Role(self.marker.kind)
    }
}

/// The part that a method plays in its module.
#[derive(Clone, Copy)]
pub(super) struct Role(MarkerKind);

impl Role {
    /// `a task`, `an event handler`, `a constructor` or the hook's attribute.
    pub(super) fn noun(self) -> String {
        match self.0 {
            MarkerKind::Task => "a task".to_owned(),
            MarkerKind::OnEvent => "an event handler".to_owned(),
            MarkerKind::New => "a constructor".to_owned(),
            hook => format!("`#[{}]`", hook.name()),
        }
    }

    /// Whether it may overlap with itself in a concurrent module.
    pub(super) fn overlaps(self) -> bool {
        matches!(self.0, MarkerKind::Task | MarkerKind::OnEvent | MarkerKind::OnIdle)
    }
}
