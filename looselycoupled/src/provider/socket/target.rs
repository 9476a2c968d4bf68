//! How a process gets to its broker.

use std::fmt;
use std::path::PathBuf;

use tokio::net::UnixStream;

use super::access::{Access, Token};
use super::connection::Ended;
use super::place::Place;
use super::stream::Stream;
#[cfg(feature = "tls")]
use super::{access::needed, tls};
use crate::provider::ProviderError;
#[cfg(feature = "tls")]
use crate::sync::Arc;

/// Where the broker is, and what it takes to be let in.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Unix(PathBuf),
    #[cfg(feature = "tls")]
    Tcp(Box<Port>),
}

/// A port behind which somebody shows a certificate.
#[cfg(feature = "tls")]
#[derive(Debug, Clone)]
pub(super) struct Port {
    host: String,
    port: u16,
    name: tokio_rustls::rustls::pki_types::ServerName<'static>,
    config: Arc<tokio_rustls::rustls::ClientConfig>,
    token: Token,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(f),
            #[cfg(feature = "tls")]
            Self::Tcp(port) => Place::Tcp { host: port.host.clone(), port: port.port }.fmt(f),
        }
    }
}

impl Target {
    pub(super) fn of(place: Place, access: &Access) -> Result<Self, ProviderError> {
        access.check(&place, false)?;
        match place {
            Place::Unix(path) => Ok(Self::Unix(path)),
            #[cfg(feature = "tls")]
            Place::Tcp { ref host, port } => {
                let authority = "an `authority_file`: the certificate by which that of the broker is made";
                let authority = needed(access.authority.as_ref(), (authority, &place))?;
                let name = host.clone().try_into().map_err(|error| {
                    ProviderError::Setup(format!("`{host}` can be no name of a certificate: {error}"))
                })?;
                let (config, token) = (tls::client(authority)?, access.token(&place)?);
                Ok(Self::Tcp(Box::new(Port { host: host.clone(), port, name, config, token })))
            }
            #[cfg(not(feature = "tls"))]
            Place::Tcp { .. } => Err(super::without_tls(&place)),
        }
    }

    pub(super) fn token(&self) -> Option<&Token> {
        match self {
            Self::Unix(_) => None,
            #[cfg(feature = "tls")]
            Self::Tcp(port) => Some(&port.token),
        }
    }

    pub(super) async fn connect(&self) -> Result<Stream, Ended> {
        match self {
            Self::Unix(path) => Ok(Stream::Unix(UnixStream::connect(path).await?)),
            #[cfg(feature = "tls")]
            Self::Tcp(port) => {
                let Port { host, port, name, config, .. } = &**port;
                let stream = tokio::net::TcpStream::connect((&**host, *port)).await?;
                let tls = tls::Tls::connect(stream, name.clone(), Arc::clone(config)).await;
                let tls = tls.map_err(|error| Ended::Refused(format!("`{self}` is not trusted: {error}")))?;
                Ok(Stream::Tls(Box::new(tls)))
            }
        }
    }
}
