//! What became of a durable event that came from elsewhere.

use std::fmt;

use super::Arrival;
use super::way::Way;
use crate::envelope::Acknowledgements;
use crate::sync::Arc;

/// A durable event that has come: it counts as handled when everybody has handled it who hears it here.
#[must_use = "it comes again until its provider has been told that it was handled"]
pub struct Delivery {
    pub(super) arrival: Arrival,
    pub(super) handling: Handling,
}

pub(super) enum Handling {
    /// There is nothing to wait for: whether it counts as handled.
    Over(bool),
    UnderWay {
        way: Arc<Way>,
        id: Box<str>,
        acknowledgements: Acknowledgements,
    },
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").field("arrival", &self.arrival).finish_non_exhaustive()
    }
}

impl Delivery {
    pub(super) const fn over(arrival: Arrival, is_handled: bool) -> Self {
        Self { arrival, handling: Handling::Over(is_handled) }
    }

    /// What became of it when it came.
    #[must_use]
    pub const fn arrival(&self) -> Arrival {
        self.arrival
    }

    /// Ready when every handler here has ended, be it with an error, of which `exception` tells. True: it was handled, and is
    /// not to come again; also where nobody hears it, or it was refused. False: it never will be, since a module was not ready
    /// for it or the application has ended; it is to come again.
    ///
    /// # Cancel safety
    ///
    /// Dropping it changes nothing: when the event comes again it is recognised.
    pub async fn handled(self) -> bool {
        match self.handling {
            Handling::Over(is_handled) => is_handled,
            Handling::UnderWay { way, id, acknowledgements } => {
                let is_handled = acknowledgements.all().await;
                if !is_handled {
                    way.recent.lock().forget(&id);
                }
                is_handled
            }
        }
    }
}
