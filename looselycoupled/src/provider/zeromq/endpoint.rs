//! Where sockets are: `ipc://…` and `tcp://…`.

use std::fmt;
use std::io;
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::provider::ProviderError;
use crate::provider::bind::{Bound, bind};

/// A connection of whatever sort.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

pub(super) type Stream = Box<dyn Duplex>;

/// Where a socket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    Ipc(PathBuf),
    /// Host and port.
    Tcp(String),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipc(path) => write!(f, "ipc://{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
        }
    }
}

impl Endpoint {
    pub(super) fn parse(text: &str) -> Result<Self, ProviderError> {
        let wrong = || {
            ProviderError::Setup(format!(
                "`{text}` is no address of a socket; write `ipc:///run/user/1000/home.in` or `tcp://127.0.0.1:5555`"
            ))
        };
        if let Some(path) = text.strip_prefix("ipc://") {
            // Names with `@` are no files, and everybody may connect to them.
            let is_file = !path.is_empty() && !path.starts_with('@') && path != "*";
            return is_file.then(|| Self::Ipc(path.into())).ok_or_else(wrong);
        }
        let address = text.strip_prefix("tcp://").ok_or_else(wrong)?;
        let (host, port) = address.rsplit_once(':').ok_or_else(wrong)?;
        if host.is_empty() || port.parse::<u16>().is_err() {
            return Err(wrong());
        }
        let host = if host == "*" { "0.0.0.0" } else { host };
        Ok(Self::Tcp(format!("{host}:{port}")))
    }

    pub(super) async fn connect(&self) -> io::Result<Stream> {
        match self {
            Self::Ipc(path) => Ok(Box::new(UnixStream::connect(path).await?)),
            Self::Tcp(address) => Self::over_tcp(TcpStream::connect(address).await?),
        }
    }

    /// Many short messages are sent, each of which somebody waits for.
    fn over_tcp(stream: TcpStream) -> io::Result<Stream> {
        stream.set_nodelay(true)?;
        Ok(Box::new(stream))
    }

    /// Listens; what a broker that is gone has left there is replaced.
    pub(super) async fn bind(&self) -> Result<Listening, ProviderError> {
        match self {
            Self::Ipc(path) => bind(path.clone()).await.map(Listening::Ipc),
            Self::Tcp(address) => match TcpListener::bind(address).await {
                Ok(listener) => Ok(Listening::Tcp(listener)),
                Err(error) => Err(ProviderError::Setup(format!("`{self}` cannot be used: {error}"))),
            },
        }
    }
}

/// Somebody listens for as long as this is there.
#[derive(Debug)]
pub(super) enum Listening {
    Ipc(Bound),
    Tcp(TcpListener),
}

impl Listening {
    pub(super) async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Ipc(bound) => Ok(Box::new(bound.listener.accept().await?.0)),
            Self::Tcp(listener) => Endpoint::over_tcp(listener.accept().await?.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_ports_are_addresses() {
        for text in ["ipc:///run/home.in", "ipc://home.in", "tcp://127.0.0.1:5555", "tcp://[::1]:5555"] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Endpoint::parse("tcp://*:5555").unwrap().to_string(), "tcp://0.0.0.0:5555");
    }

    #[test]
    fn anything_else_is_none_and_the_message_shows_one() {
        for text in
            ["", "home.in", "ipc://", "ipc://*", "ipc://@home", "tcp://5555", "tcp://:5555", "tcp://a:b"]
        {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("`{text}` is no address of a socket; write `ipc:")),
                "{error}"
            );
        }
    }
}
