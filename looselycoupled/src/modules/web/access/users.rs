//! Who may log in, and with which password.

use std::collections::BTreeMap;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::super::config::{UserConfig, WebConfig};
use crate::modules::serving::{ListenError, PasswordSource, Secret};

/// Each takes 19 MiB and some 20 ms; others wait.
const AT_ONCE: usize = 2;

/// In KiB: who logs in twice at once is not to take all memory of a machine.
const MOST_MEMORY: u32 = 1 << 20;
/// In blocks that are computed, memory times rounds: some seconds.
const MOST_WORK: u64 = 1 << 23;

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password cannot be hashed: {0}")]
pub struct HashError(String);

/// The hash of a password for a section of [`Web`](super::super::Web), `$argon2id$…`: whoever reads it cannot log in with it.
///
/// It takes some 20 ms of a processor. Each time it gives another text, for the same password too.
///
/// # Errors
///
/// The system has no random numbers to give.
pub fn hash_password(password: &str) -> Result<String, HashError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| HashError(error.to_string()))
}

/// The hashes of all passwords.
#[derive(Debug)]
pub(in crate::modules::web) struct Users {
    hashes: BTreeMap<String, Arc<str>>,
    /// For names that are not there: they take the same time as others.
    nobody: Arc<str>,
    busy: Semaphore,
}

impl Users {
    pub(in crate::modules::web) async fn read(
        section: &str,
        config: &WebConfig,
    ) -> Result<Self, ListenError> {
        let mut hashes = BTreeMap::new();
        for (name, user) in &config.users {
            let path = format!("{section}.users.{name}");
            hashes.insert(name.clone(), hash_of(&path, user).await?);
        }
        let nobody = if hashes.is_empty() { "".into() } else { hash("nobody".to_owned()).await?.into() };
        Ok(Self { hashes, nobody, busy: Semaphore::new(AT_ONCE) })
    }

    pub(in crate::modules::web) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether the password is that of the user.
    pub(in crate::modules::web) async fn verify(&self, name: &str, password: String) -> bool {
        let known = self.hashes.get(name);
        let hash = Arc::clone(known.unwrap_or(&self.nobody));
        let Ok(_place) = self.busy.acquire().await else { return false };
        let verified = tokio::task::spawn_blocking(move || {
            let hash = PasswordHash::new(&hash);
            hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        verified.await.unwrap_or(false) && known.is_some()
    }
}

async fn hash_of(path: &str, user: &UserConfig) -> Result<Arc<str>, ListenError> {
    let UserConfig { password_hash, password, password_file } = user;
    let (text, file) = (password.as_ref(), password_file.as_deref());
    let password = PasswordSource { path, keys: ["password", "password_file"], text, file }.read().await?;
    match (password_hash, password) {
        (None, None) => {
            let why = "it needs `password_hash`, `password` or `password_file`";
            Err(ListenError::Useless { what: format!("`{path}`"), why })
        }
        (Some(_), Some(_)) => {
            Err(ListenError::Twice { path: path.to_owned(), keys: ["password_hash", "password"] })
        }
        (Some(hash), None) => check(path, hash),
        (None, Some(password)) => Ok(hash(password.as_str().to_owned()).await?.into()),
    }
}

fn check(path: &str, hash: &Secret) -> Result<Arc<str>, ListenError> {
    let useless = |why| ListenError::Useless { what: format!("`{path}.password_hash`"), why };
    let none = || useless("it is no hash that `hash_password` makes; those begin with `$argon2id$`");
    let read = PasswordHash::new(hash.as_str()).map_err(|_| none())?;
    let is_whole = Algorithm::new(read.algorithm).is_ok() && read.salt.is_some() && read.hash.is_some();
    let params = Params::try_from(&read).ok().filter(|_| is_whole).ok_or_else(none)?;
    let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
    if params.m_cost() > MOST_MEMORY || work > MOST_WORK {
        return Err(useless("each login would take more than 1 GiB of memory or several seconds"));
    }
    Ok(hash.as_str().into())
}

async fn hash(password: String) -> Result<String, ListenError> {
    let hashed = tokio::task::spawn_blocking(move || hash_password(&password)).await;
    let useless = |_| ListenError::Useless { what: "a password".to_owned(), why: "it cannot be hashed" };
    match hashed {
        Ok(hashed) => hashed.map_err(useless),
        Err(_) => Err(useless(HashError(String::new()))),
    }
}
