//! Who may read.

use headers::authorization::Basic;
use headers::{Authorization, HeaderMapExt};
use subtle::ConstantTimeEq;
use warp::http::HeaderMap;

use super::config::{PrometheusConfig, Secret};
use super::error::ListenError;

/// The only user.
#[derive(Debug)]
pub(super) struct Credentials {
    username: String,
    password: Secret,
}

impl Credentials {
    /// What the section says, if anybody has to say who he is.
    pub(super) async fn read(section: &str, config: &PrometheusConfig) -> Result<Option<Self>, ListenError> {
        let password = password(section, config).await?;
        let half = |key, missing| ListenError::Half { section: section.to_owned(), key, missing };
        match (config.username.clone(), password) {
            (None, None) if config.address.to_canonical().is_loopback() => Ok(None),
            (None, None) => {
                Err(ListenError::Unprotected { section: section.to_owned(), address: config.address })
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
        let is_password = self.password.0.as_bytes().ct_eq(given.password().as_bytes());
        (is_user & is_password).into()
    }
}

async fn password(section: &str, config: &PrometheusConfig) -> Result<Option<Secret>, ListenError> {
    let (secret, what) = match (&config.password, &config.password_file) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(ListenError::TwoPasswords { section: section.to_owned() }),
        (Some(password), None) => (password.clone(), format!("`{section}.password`")),
        (None, Some(path)) => {
            let read = tokio::fs::read_to_string(path).await;
            let text = read.map_err(|source| ListenError::File {
                section: section.to_owned(),
                key: "password_file",
                path: path.clone(),
                source,
            })?;
            let line = text.strip_suffix('\n').unwrap_or(&text);
            let password = line.strip_suffix('\r').unwrap_or(line).to_owned();
            (Secret(password), format!("the file `{}`", path.display()))
        }
    };
    if secret.0.is_empty() {
        return Err(ListenError::Useless { what, why: "a password has at least one sign" });
    }
    Ok(Some(secret))
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
