//! TLS over TCP. The library takes and gives bytes and does no input or output of its own, so that whoever sends writes at once, as at a Unix socket.

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use bytes::BytesMut;
use tokio::net::TcpStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, Connection, Error, RootCertStore, ServerConfig, ServerConnection,
};

use crate::config::tell_if_others_may_read;
use crate::provider::ProviderError;
use crate::sync::{Arc, Mutex};

/// So much is encrypted at a time.
const RECORD: usize = 16 * 1024;

/// So much is read at a time: a stranger must not send faster than anybody looks at it.
const MOUTHFUL: usize = 4 * RECORD;

/// A connection by TLS.
pub(super) struct Tls {
    stream: TcpStream,
    session: Mutex<Connection>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// The stream as the library writes and reads it.
struct Now<'a>(&'a TcpStream);

impl Read for Now<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Now<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Tls {
    /// Ready when both sides have agreed, and the client knows who the server is.
    pub(super) async fn accept(stream: TcpStream, config: Arc<ServerConfig>) -> io::Result<Self> {
        let session = ServerConnection::new(config).map_err(invalid)?;
        Self::agree(stream, session.into()).await
    }

    /// [`accept`](Self::accept) of the other side.
    pub(super) async fn connect(
        stream: TcpStream,
        name: ServerName<'static>,
        config: Arc<ClientConfig>,
    ) -> io::Result<Self> {
        let session = ClientConnection::new(config, name).map_err(invalid)?;
        Self::agree(stream, session.into()).await
    }

    async fn agree(stream: TcpStream, session: Connection) -> io::Result<Self> {
        // Frames are small, and somebody waits for each.
        stream.set_nodelay(true)?;
        let tls = Self { stream, session: Mutex::new(session) };
        loop {
            match tls.try_flush() {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    tls.stream.writable().await?;
                    continue;
                }
                Err(error) => return Err(error),
            }
            if !tls.session.lock().is_handshaking() {
                return Ok(tls);
            }
            tls.stream.readable().await?;
            let mut session = tls.session.lock();
            match tls.take_in(&mut session) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut session = self.session.lock();
        // Nothing more is encrypted before what was has left: otherwise it would pile up here.
        self.flush(&mut session)?;
        let taken = session.writer().write(&bytes[..bytes.len().min(RECORD)])?;
        match self.flush(&mut session) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            _ => Ok(taken),
        }
    }

    pub(super) fn try_flush(&self) -> io::Result<()> {
        self.flush(&mut self.session.lock())
    }

    pub(super) fn has_unwritten(&self) -> bool {
        self.session.lock().wants_write()
    }

    fn flush(&self, session: &mut Connection) -> io::Result<()> {
        while session.wants_write() {
            session.write_tls(&mut Now(&self.stream))?;
        }
        Ok(())
    }

    pub(super) fn try_read(&self, bytes: &mut BytesMut) -> io::Result<usize> {
        let mut session = self.session.lock();
        let before = bytes.len();
        loop {
            let start = bytes.len();
            bytes.resize(start + RECORD, 0);
            let read = session.reader().read(&mut bytes[start..]);
            bytes.truncate(start + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(_) if bytes.len() - before >= MOUTHFUL => return Ok(bytes.len() - before),
                // Before the stream is said to have no more: what lies in the library makes no stream readable.
                Ok(length) if length > 0 => continue,
                Ok(_) => return Ok(bytes.len() - before),
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(bytes.len() - before),
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                Err(_) => {}
            }
            match self.take_in(&mut session) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock && bytes.len() > before => {
                    return Ok(bytes.len() - before);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Decrypts what has arrived.
    fn take_in(&self, session: &mut Connection) -> io::Result<usize> {
        let length = session.read_tls(&mut Now(&self.stream))?;
        let decrypted = session.process_new_packets().map_err(invalid);
        // An answer, or why it is none of TLS, may have to leave; what does not fit does so with the next frame.
        match self.flush(session) {
            Err(error) if decrypted.is_ok() && error.kind() != ErrorKind::WouldBlock => Err(error),
            _ => decrypted.map(|_| length),
        }
    }
}

fn invalid(error: Error) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}

/// What a server shows.
pub(super) fn server(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, ProviderError> {
    let chain = certificates(certificate)?;
    tell_if_others_may_read(key);
    let private = read(key)?;
    let private = PrivateKeyDer::from_pem_slice(&private).map_err(|error| unusable(key, &error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, private));
    config.map(Arc::new).map_err(|error| unusable(certificate, &error))
}

/// Whom a client trusts: whoever shows a certificate by one of these, and nobody else.
pub(super) fn client(authority: &Path) -> Result<Arc<ClientConfig>, ProviderError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(authority)? {
        roots.add(certificate).map_err(|error| unusable(authority, &error))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(authority, &error))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ProviderError> {
    let text = read(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let found = found.map_err(|error| unusable(path, &error))?;
    if found.is_empty() {
        return Err(unusable(path, &"there is no certificate in it"));
    }
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<u8>, ProviderError> {
    std::fs::read(path).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> ProviderError {
    ProviderError::Setup(format!("`{}` cannot be used: {error}", path.display()))
}
