//! What frames are written to and read from, without waiting.

use std::io;

use bytes::BytesMut;
use tokio::net::UnixStream;

#[cfg(feature = "tls")]
use super::tls::Tls;

/// A connection.
#[derive(Debug)]
pub(super) enum Stream {
    Unix(UnixStream),
    #[cfg(feature = "tls")]
    Tls(Box<Tls>),
}

impl Stream {
    /// Takes as much as there is room for, or says `WouldBlock`.
    #[inline]
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.try_write(bytes),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.try_write(bytes),
        }
    }

    /// Writes what it has taken and could not write at once; `WouldBlock` if there is still no room for all of it.
    #[inline]
    pub(super) fn try_flush(&self) -> io::Result<()> {
        match self {
            Self::Unix(_) => Ok(()),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.try_flush(),
        }
    }

    /// Whether something is left of that.
    #[inline]
    pub(super) fn has_unwritten(&self) -> bool {
        match self {
            Self::Unix(_) => false,
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.has_unwritten(),
        }
    }

    /// Reads what is there, 0 bytes at the end, or says `WouldBlock`.
    #[inline]
    pub(super) fn try_read(&self, bytes: &mut BytesMut) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.try_read_buf(bytes),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.try_read(bytes),
        }
    }

    pub(super) async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Unix(stream) => stream.readable().await,
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.stream().readable().await,
        }
    }

    pub(super) async fn writable(&self) -> io::Result<()> {
        match self {
            Self::Unix(stream) => stream.writable().await,
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.stream().writable().await,
        }
    }
}
