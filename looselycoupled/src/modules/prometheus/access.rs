//! Who may read.

use headers::authorization::Basic;
use headers::{Authorization, HeaderMapExt};
use subtle::ConstantTimeEq;
use warp::http::HeaderMap;

use super::config::PrometheusConfig;
use crate::modules::serving::{ListenError, PasswordSource, Secret};

/// The only user.
#[derive(Debug)]
pub(super) struct Credentials {
    username: String,
    password: Secret,
}

impl Credentials {
    /// What the section says, if anybody has to say who he is.
    pub(super) async fn read(section: &str, config: &PrometheusConfig) -> Result<Option<Self>, ListenError> {
        let (text, file) = (config.password.as_ref(), config.password_file.as_deref());
        let password = PasswordSource { path: section, keys: ["password", "password_file"], text, file };
        let password = password.read().await?;
        let half = |key, missing| ListenError::Half { section: section.to_owned(), key, missing };
        match (config.username.clone(), password) {
            (None, None) if config.address.to_canonical().is_loopback() => Ok(None),
            (None, None) => {
                let needed = "`username` and `password` or `password_file`";
                Err(ListenError::Unprotected { section: section.to_owned(), address: config.address, needed })
            }
            (Some(_), None) => Err(half("username", "`password` or `password_file`")),
            (None, Some(_)) => Err(half("password", "`username`")),
            (Some(username), Some(password)) => {
                check_username(section, &username)?;
                Ok(Some(Self { username, password }))
            }
        }
    }

    /// Whether a request comes from the user; how long that takes tells the lengths at most, and not how much of it was right.
    pub(super) fn admit(&self, headers: &HeaderMap) -> bool {
        let Some(given) = headers.typed_get::<Authorization<Basic>>() else { return false };
        let is_user = self.username.as_bytes().ct_eq(given.username().as_bytes());
        // Both are compared, so that nobody learns which of them was wrong.
        let is_password = self.password.is(given.password());
        bool::from(is_user) & is_password
    }
}

fn check_username(section: &str, username: &str) -> Result<(), ListenError> {
    let useless = |why| ListenError::Useless { what: format!("`{section}.username`"), why };
    if username.is_empty() {
        return Err(useless("a name has at least one sign"));
    }
    if username.contains(':') {
        return Err(useless("basic authentication ends a name at the first `:`"));
    }
    Ok(())
}
