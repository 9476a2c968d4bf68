//! Which threads may block.

use std::cell::Cell;

thread_local! {
    static MARKED: Cell<bool> = const { Cell::new(false) };
}

/// Runs code that may block: the thread was made for it, although a runtime is entered on it.
pub(crate) fn marked<R>(code: impl FnOnce() -> R) -> R {
    struct Unmark(bool);
    impl Drop for Unmark {
        fn drop(&mut self) {
            MARKED.set(self.0);
        }
    }
    let _unmark = Unmark(MARKED.replace(true));
    code()
}

/// Whether the framework made this thread for code that blocks.
///
/// `Handle::try_current` of tokio does not tell: it succeeds on the workers and on the blocking pool alike.
pub(crate) fn is_marked() -> bool {
    MARKED.get()
}
