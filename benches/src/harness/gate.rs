//! A handler that holds its actor until the client lets it go.

use tokio::sync::Notify;

static ENTERED: Notify = Notify::const_new();
static OPENED: Notify = Notify::const_new();

/// The one gate of the process: measurements run one after the other.
///
/// A handler that waits here keeps its actor busy while the client fills the queue behind it.
pub struct Gate;

impl Gate {
    /// The body of the handler that holds.
    pub async fn pass() {
        ENTERED.notify_one();
        OPENED.notified().await;
    }

    /// Waits, as the client, until a handler stands at the gate.
    pub async fn entered() {
        ENTERED.notified().await;
    }

    /// Lets it go.
    pub fn open() {
        OPENED.notify_one();
    }
}
