//! How is called what no module does.

use crate::event_loop::Labels;

/// A function that is called with events.
pub(crate) const CALLBACK: u16 = 0;
/// A function that is called with an object on a loop.
pub(crate) const HOSTED: u16 = 1;

/// The labels of what is done on a loop beside its modules.
#[derive(Debug)]
pub(crate) struct GuestLabels;

impl Labels for GuestLabels {
    fn label(&self, handler: u16) -> &'static str {
        if handler == HOSTED { "hosted" } else { "callback" }
    }
}
