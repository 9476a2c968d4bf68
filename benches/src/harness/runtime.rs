//! The tokio runtime of a measurement.

use std::fmt;
use std::future::Future;

use tokio::runtime::Builder;

/// Which tokio runtime carries client and actors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavour {
    /// `current_thread`.
    CurrentThread,
    /// `multi_thread` with two workers.
    MultiThread,
}

impl Flavour {
    pub const ALL: [Self; 2] = [Self::CurrentThread, Self::MultiThread];

    /// One of two values, by flavour.
    pub fn pick<T>(self, current_thread: T, multi_thread: T) -> T {
        match self {
            Self::CurrentThread => current_thread,
            Self::MultiThread => multi_thread,
        }
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.pick("ct", "mt2"))
    }
}

/// Runs the client as a spawned task of a fresh runtime and returns what it measured.
///
/// A spawned task, because a root future of `block_on` is woken through the driver, which costs more than
/// most calls and is no part of them.
pub fn run_on_tokio<F>(flavour: Flavour, client: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut builder = flavour.pick(Builder::new_current_thread(), Builder::new_multi_thread());
    let runtime = builder.worker_threads(2).enable_all().build().expect("a tokio runtime");
    let output = runtime.block_on(async move { tokio::spawn(client).await });
    // The process ends with the measurement; whatever still runs is none of its business.
    runtime.shutdown_background();
    output.expect("the client runs to its end")
}
