//! The section of an instance.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::sync::Arc;

use super::access::is_host;
use super::shared::Shared;
use crate::config::duration;
use crate::modules::serving::{ListenError, PasswordSource, Place, Secret};
use crate::prelude::*;

/// The room for it is taken at once for each pattern that somebody hears.
const LARGEST_BUFFER: usize = 65_536;

/// What the section of an instance says; each key is described in the [documentation of the module](super).
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct WebConfig {
    /// The address to listen on; one that other machines reach needs users or a token.
    pub address: IpAddr,
    /// The port; 0 takes any that is free.
    pub port: u16,
    /// The chain of certificates, as PEM.
    pub certificate_file: Option<PathBuf>,
    /// The key of the first certificate, as PEM.
    pub key_file: Option<PathBuf>,
    /// The names and addresses by which it is reached, besides those of this machine itself.
    pub hosts: Vec<String>,
    /// Who may log in.
    pub users: BTreeMap<String, UserConfig>,
    /// What programs say to be let in, as a bearer token.
    pub(super) token: Option<Secret>,
    /// A file with that token.
    pub token_file: Option<PathBuf>,
    /// How long somebody stays logged in who does nothing.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub session: Duration,
    /// The time of calls that state none.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub timeout: Duration,
    /// How many bytes a request may carry, and a frame of a WebSocket.
    pub body_limit: NonZeroUsize,
    /// How many requests and frames one address may send in a second, for more than a moment.
    pub requests_per_second: NonZeroU32,
    /// How many connections there may be.
    pub connections: NonZeroUsize,
    /// How many events wait for a client that is slow, for each of its subscriptions.
    pub buffer: NonZeroUsize,
    /// How long a client may read nothing of what is written to it.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub stall: Duration,
    /// The instance of the module `Prometheus` whose text `/metrics` gives.
    pub metrics: String,
    /// What the application is called; the name of the program unless stated.
    pub title: Option<String>,
    /// Lies here because this is what handlers and run hooks of an instance have in common, in every state.
    #[serde(skip)]
    shared: Arc<Shared>,
}

/// How somebody shows who he is: one of the three.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct UserConfig {
    /// The password's hash, as [`hash_password`](super::hash_password) makes it.
    pub(super) password_hash: Option<Secret>,
    /// The password.
    pub(super) password: Option<Secret>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
}

impl Default for WebConfig {
    fn default() -> Self {
        const fn number(less_one: usize) -> NonZeroUsize {
            NonZeroUsize::MIN.saturating_add(less_one)
        }
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8080,
            certificate_file: None,
            key_file: None,
            hosts: Vec::new(),
            users: BTreeMap::new(),
            token: None,
            token_file: None,
            session: Duration::from_secs(12 * 60 * 60),
            timeout: Duration::from_secs(25),
            body_limit: number(65_535),
            requests_per_second: NonZeroU32::MIN.saturating_add(999),
            connections: number(2_047),
            buffer: number(1_023),
            stall: Duration::from_secs(30),
            metrics: "prometheus".to_owned(),
            title: None,
            shared: Arc::default(),
        }
    }
}

impl WebConfig {
    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Refuses what can be read, and would do nothing or harm.
    pub(super) fn check(&self, section: &str) -> Result<(), ListenError> {
        let useless = |what, why| Err(ListenError::Useless { what, why });
        if self.buffer.get() > LARGEST_BUFFER {
            return useless(format!("`{section}.buffer`"), "65,536 events are the most that can wait");
        }
        for (key, duration) in [("session", self.session), ("timeout", self.timeout), ("stall", self.stall)] {
            if duration.is_zero() {
                return useless(format!("`{section}.{key}`"), "it would be over at once; give more than 0s");
            }
        }
        if let Some(name) = self.hosts.iter().find(|name| name.contains('*')) {
            let why = "no sign stands for others here; give each name in full";
            return useless(format!("`{name}` in `{section}.hosts`"), why);
        }
        if let Some(name) = self.hosts.iter().find(|name| !is_host(name)) {
            let why = "give the name alone, without scheme and port";
            return useless(format!("`{name}` in `{section}.hosts`"), why);
        }
        if self.users.keys().any(|name| name.trim().is_empty()) {
            return useless(format!("a name in `{section}.users`"), "it is empty");
        }
        Ok(())
    }

    pub(super) fn place<'a>(&'a self, section: &'a str) -> Place<'a> {
        Place {
            section,
            address: self.address,
            port: self.port,
            certificate_file: self.certificate_file.as_deref(),
            key_file: self.key_file.as_deref(),
        }
    }

    pub(super) fn token<'a>(&'a self, section: &'a str) -> PasswordSource<'a> {
        let (text, file) = (self.token.as_ref(), self.token_file.as_deref());
        PasswordSource { path: section, keys: ["token", "token_file"], text, file }
    }

    pub(super) fn title(&self) -> String {
        self.title.clone().unwrap_or_else(|| {
            let program = std::env::args_os().next().map(PathBuf::from);
            let name =
                program.as_deref().and_then(|path| path.file_stem()).map(|name| name.to_string_lossy());
            name.map_or_else(|| "application".to_owned(), |name| name.into_owned())
        })
    }
}
