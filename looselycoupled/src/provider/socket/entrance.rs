//! Where processes come in.

use std::io;

#[cfg(feature = "tls")]
use tokio::net::{TcpListener, TcpStream};
#[cfg(feature = "tls")]
use tokio_rustls::rustls::ServerConfig;

use super::access::{Access, Token};
use super::place::Place;
use super::stream::Stream;
#[cfg(feature = "tls")]
use super::{access::needed, tls};
use crate::provider::ProviderError;
use crate::provider::bind::{Bound, bind};
#[cfg(feature = "tls")]
use crate::sync::Arc;

/// Where processes come in.
#[derive(Debug)]
pub(super) enum Entrance {
    Unix(Bound),
    #[cfg(feature = "tls")]
    Tcp(TcpListener, Arc<ServerConfig>),
}

/// Somebody who has come in, and of whom nothing is known yet.
pub(super) enum Stranger {
    Near(Stream),
    #[cfg(feature = "tls")]
    Far(TcpStream, Arc<ServerConfig>),
}

impl Entrance {
    /// And the token that whoever comes has to show.
    pub(super) async fn open(place: Place, access: &Access) -> Result<(Self, Option<Token>), ProviderError> {
        access.check(&place, true)?;
        match place {
            Place::Unix(path) => Ok((Self::Unix(bind(path).await?), None)),
            #[cfg(feature = "tls")]
            Place::Tcp { ref host, port } => {
                let certificate =
                    needed(access.certificate.as_ref(), ("a `certificate_file` and a `key_file`", &place))?;
                let key =
                    needed(access.key.as_ref(), ("a `key_file` beside the `certificate_file`", &place))?;
                let (config, token) = (tls::server(certificate, key)?, access.token(&place)?);
                let listener = TcpListener::bind((&**host, port)).await;
                let listener = listener.map_err(|error| {
                    ProviderError::Setup(format!("nobody can listen at `{place}`: {error}"))
                })?;
                Ok((Self::Tcp(listener, config), Some(token)))
            }
            #[cfg(not(feature = "tls"))]
            Place::Tcp { .. } => Err(super::without_tls(&place)),
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Stranger> {
        match self {
            Self::Unix(bound) => Ok(Stranger::Near(Stream::Unix(bound.listener.accept().await?.0))),
            #[cfg(feature = "tls")]
            Self::Tcp(listener, config) => Ok(Stranger::Far(listener.accept().await?.0, Arc::clone(config))),
        }
    }
}

impl Stranger {
    /// Ready when what is said from now on is read by nobody else.
    pub(super) async fn stream(self) -> io::Result<Stream> {
        match self {
            Self::Near(stream) => Ok(stream),
            #[cfg(feature = "tls")]
            Self::Far(stream, config) => Ok(Stream::Tls(Box::new(tls::Tls::accept(stream, config).await?))),
        }
    }
}
