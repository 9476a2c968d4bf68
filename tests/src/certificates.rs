//! Certificates in files, and a client that trusts one of them alone.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::{Scratch, within};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Two files that change together.
pub struct Files {
    scratch: Scratch,
}

pub fn pair() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["metrics.example".to_owned()]).unwrap()
}

impl Files {
    pub fn new(pair: &CertifiedKey<KeyPair>) -> Self {
        let files = Self { scratch: Scratch::new() };
        files.write(pair);
        files
    }

    pub fn write(&self, pair: &CertifiedKey<KeyPair>) {
        self.write_text(&pair.cert.pem(), &pair.signing_key.serialize_pem());
    }

    pub fn write_text(&self, certificate: &str, key: &str) {
        for (name, text) in [("certificate.pem", certificate), ("key.pem", key)] {
            fs::write(self.scratch.path(name), text).unwrap();
        }
    }

    pub fn remove_key(&self) {
        fs::remove_file(self.scratch.path("key.pem")).unwrap();
    }

    pub fn section(&self) -> String {
        let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| self.scratch.path(name));
        format!("port: 0, certificate_file: {}, key_file: {}", certificate.display(), key.display())
    }
}

/// Connects, if the server has this very certificate.
pub async fn connect(
    address: SocketAddr,
    trusted: &CertifiedKey<KeyPair>,
) -> io::Result<TlsStream<TcpStream>> {
    connect_to("metrics.example", address, trusted.cert.der()).await
}

/// Connects, if the server has this very certificate, and it is for this name.
pub async fn connect_to(
    name: &str,
    address: SocketAddr,
    trusted: &CertificateDer<'_>,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone().into_owned()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = within(TcpStream::connect(address)).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    within(TlsConnector::from(Arc::new(client)).connect(name, stream)).await
}
