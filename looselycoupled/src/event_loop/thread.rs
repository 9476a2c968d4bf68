//! A thread of its own for a loop, with a runtime that lives there.

use std::io;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

/// The thread of a loop. It ends when this is dropped, with everything that still lives on it.
#[derive(Debug)]
pub(crate) struct LoopThread {
    runtime: Handle,
    /// Dropped, it tells the thread to end.
    _stop: oneshot::Sender<()>,
    /// Dropped by the thread when nothing is left on it.
    ended: oneshot::Receiver<()>,
}

impl LoopThread {
    /// Starts a thread.
    ///
    /// # Errors
    ///
    /// The operating system gives no thread, or none that can wait for anything.
    pub(crate) fn start(name: &str) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (ending, ended) = oneshot::channel::<()>();
        let (ready, begun) = mpsc::channel();
        // The runtime is made and dropped there: in async code neither may happen.
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _ending = ending;
            match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => {
                    let _told = ready.send(Ok(runtime.handle().clone()));
                    // Nothing is ever sent: the other end is dropped.
                    let _stopped = runtime.block_on(stopped);
                }
                Err(error) => {
                    let _told = ready.send(Err(error));
                }
            }
        })?;
        let runtime = begun.recv().map_err(io::Error::other)??;
        Ok(Self { runtime, _stop: stop, ended })
    }

    /// The way for tasks to the thread.
    pub(crate) fn runtime(&self) -> Handle {
        self.runtime.clone()
    }

    /// Ends the thread; false if it is still there at that time, and left behind.
    pub(crate) async fn end(self, until: Instant) -> bool {
        let Self { _stop: stop, ended, .. } = self;
        drop(stop);
        timeout_at(until, ended).await.is_ok()
    }
}
