//! The runtime that a function wants.

/// The tokio runtime of a program or a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// `flavor = "current_thread"`
    CurrentThread,
    /// `flavor = "multi_thread"`, with `worker_threads` where given.
    MultiThread {
        /// How many threads.
        worker_threads: Option<usize>,
    },
}
