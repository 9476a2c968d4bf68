//! The section of an instance.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use super::shared::Shared;
use crate::modules::serving::{Place, Secret};
use crate::prelude::*;

/// What the section of an instance says; each key is described in the [documentation of the module](super).
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct PrometheusConfig {
    /// The address to listen on; one that other machines reach needs credentials.
    pub address: IpAddr,
    /// The port; 0 takes any that is free.
    pub port: u16,
    /// Who may read.
    pub username: Option<String>,
    /// The password of that user.
    pub(super) password: Option<Secret>,
    /// A file with that password.
    pub password_file: Option<PathBuf>,
    /// The chain of certificates, as PEM.
    pub certificate_file: Option<PathBuf>,
    /// The key of the first certificate, as PEM.
    pub key_file: Option<PathBuf>,
    /// How many combinations of labels one metric of users may have.
    pub series_per_metric: NonZeroUsize,
    /// How many metrics users may have.
    pub metrics: NonZeroUsize,
    /// Lies here because this is what handlers and run hooks of an instance have in common, in every state.
    #[serde(skip)]
    shared: Arc<Shared>,
}

impl Default for PrometheusConfig {
    fn default() -> Self {
        const SERIES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);
        const METRICS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(999);
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 9464,
            username: None,
            password: None,
            password_file: None,
            certificate_file: None,
            key_file: None,
            series_per_metric: SERIES,
            metrics: METRICS,
            shared: Arc::default(),
        }
    }
}

impl PrometheusConfig {
    pub(super) fn place<'a>(&'a self, section: &'a str) -> Place<'a> {
        Place {
            section,
            address: self.address,
            port: self.port,
            certificate_file: self.certificate_file.as_deref(),
            key_file: self.key_file.as_deref(),
        }
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }
}
