//! Calls from threads that block.

use crate::blocking;
use crate::event_loop::Services;

/// Whether this thread may block: no runtime drives it, or the framework made it for code that blocks.
pub(crate) fn may_block() -> bool {
    blocking::is_marked() || tokio::runtime::Handle::try_current().is_err()
}

/// Blocks until a future is ready. The thread counts as one that blocks meanwhile, so that no handler runs on it.
pub(crate) fn block_on<F: Future>(services: &Services, future: F) -> F::Output {
    blocking::marked(|| blocking::wait(&services.runtime, future))
}
