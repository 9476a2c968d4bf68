//! Waiting for a file to have something to read.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::task::{Context as Waking, Poll, ready};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Another descriptor of an open file, registered with the runtime of whoever makes it.
#[derive(Debug)]
pub(super) struct Readable(AsyncFd<OwnedFd>);

impl Readable {
    #[allow(
        deprecated,
        reason = "its replacement is unsafe for types that could give away a closed descriptor; `OwnedFd` cannot"
    )]
    pub(super) fn new(file: &impl AsFd) -> io::Result<Self> {
        AsyncFd::with_interest(file.as_fd().try_clone_to_owned()?, Interest::READABLE).map(Self)
    }

    /// What `read` gives, as soon as it no longer says that it would have to wait.
    pub(super) fn poll_read<T>(
        &self,
        waking: &mut Waking<'_>,
        mut read: impl FnMut() -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            let mut guard = ready!(self.0.poll_read_ready(waking))?;
            if let Ok(result) = guard.try_io(|_| read()) {
                return Poll::Ready(result);
            }
        }
    }
}
