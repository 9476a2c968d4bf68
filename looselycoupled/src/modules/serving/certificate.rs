//! The certificate of HTTPS and its key, which may change while the application runs.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use super::{ListenError, Place};
use crate::config::tell_if_others_may_read;

/// How the last change of the files went, for the metrics.
#[derive(Debug, Default)]
pub(in crate::modules) struct Reloads {
    has_failed: AtomicBool,
    /// When the pair in use was read; `None` without HTTPS.
    read_at: Mutex<Option<SystemTime>>,
}

impl Reloads {
    fn read_at(&self) -> MutexGuard<'_, Option<SystemTime>> {
        self.read_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, has_failed: bool) {
        self.has_failed.store(has_failed, Ordering::Relaxed);
        if !has_failed {
            *self.read_at() = Some(SystemTime::now());
        }
    }

    #[cfg(feature = "prometheus")]
    pub(in crate::modules) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    #[cfg(feature = "prometheus")]
    /// In seconds since 1970; `None` without HTTPS.
    pub(in crate::modules) fn succeeded_at(&self) -> Option<f64> {
        let since = self.read_at().map(|read| read.duration_since(SystemTime::UNIX_EPOCH));
        since.map(|since| since.unwrap_or_default().as_secs_f64())
    }
}

/// What the two files hold.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pem {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// The pair in use.
#[derive(Debug)]
pub(in crate::modules) struct Certificate {
    section: String,
    certificate_file: PathBuf,
    key_file: PathBuf,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    tls: Arc<ServerConfig>,
    /// What was found last, good or not, so that it is told once; `Err` is why it could not be read.
    seen: Result<Pem, String>,
}

impl Certificate {
    /// What a section says, if it is to be HTTPS.
    pub(super) async fn read(place: &Place<'_>, reloads: &Reloads) -> Result<Option<Self>, ListenError> {
        let section = place.section;
        let half = |key, missing| ListenError::Half { section: section.to_owned(), key, missing };
        let (certificate_file, key_file) = match (place.certificate_file, place.key_file) {
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(half("certificate_file", "`key_file`")),
            (None, Some(_)) => return Err(half("key_file", "`certificate_file`")),
            (Some(certificate), Some(key)) => (certificate.to_owned(), key.to_owned()),
        };
        tell_if_others_may_read(&key_file);
        let pem = read_pair(section, &certificate_file, &key_file).await?;
        let tls = server_config(&pem, &certificate_file, &key_file)?;
        reloads.note(false);
        let current = Mutex::new(Current { tls, seen: Ok(pem) });
        Ok(Some(Self { section: section.to_owned(), certificate_file, key_file, current }))
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the next connection is to use: the files as they are now, or the last ones that were good.
    pub(super) async fn latest(&self, reloads: &Reloads) -> Arc<ServerConfig> {
        let found = read_pair(&self.section, &self.certificate_file, &self.key_file).await;
        let mut current = self.current();
        let seen = found.as_ref().map(Pem::clone).map_err(ToString::to_string);
        if current.seen != seen {
            current.seen = seen;
            let made = found.and_then(|pem| server_config(&pem, &self.certificate_file, &self.key_file));
            reloads.note(made.is_err());
            match made {
                Ok(tls) => {
                    current.tls = tls;
                    tracing::info!("the certificate of `{}` has been read again", self.section);
                }
                Err(error) => {
                    tracing::error!("the certificate of `{}` stays the old one: {error}", self.section);
                }
            }
        }
        Arc::clone(&current.tls)
    }
}

async fn read_pair(section: &str, certificate: &Path, key: &Path) -> Result<Pem, ListenError> {
    let read = async |name: &'static str, path: &Path| {
        tokio::fs::read(path).await.map_err(|source| ListenError::File {
            section: section.to_owned(),
            key: name,
            path: path.to_owned(),
            source,
        })
    };
    Ok(Pem { certificate: read("certificate_file", certificate).await?, key: read("key_file", key).await? })
}

fn server_config(pem: &Pem, certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, ListenError> {
    let no_pair = |message: String| ListenError::Pair {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        message,
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem.certificate).collect();
    let chain = chain.map_err(|error| no_pair(format!("the certificate: {error}")))?;
    if chain.is_empty() {
        return Err(no_pair("there is no certificate in the first file".to_owned()));
    }
    let private =
        PrivateKeyDer::from_pem_slice(&pem.key).map_err(|error| no_pair(format!("the key: {error}")))?;
    let mut tls = with_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| no_pair(error.to_string()))?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(tls))
}

/// The provider is named, so that it does not matter which others a program has.
fn with_versions() -> Result<rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier>, rustls::Error> {
    ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions()
}
