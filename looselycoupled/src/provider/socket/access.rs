//! Who may come in by a port, and who is trusted there.

use std::path::PathBuf;

use subtle::ConstantTimeEq;

use super::place::Place;
#[cfg(feature = "tls")]
use crate::config::tell_if_others_may_read;
use crate::provider::ProviderError;

/// A shorter token could be guessed.
#[cfg(feature = "tls")]
const SHORTEST: usize = 16;

/// A longer one has no room in the first frame.
#[cfg(feature = "tls")]
const LONGEST: usize = 1_024;

/// A text that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Token {
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether it is this text; how long that takes tells its length at most.
    pub(super) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// What is said about it, before anybody looks whether it is enough.
#[derive(Debug, Clone, Default)]
pub(super) struct Access {
    pub(super) token: Option<String>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) authority: Option<PathBuf>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

impl Access {
    /// What has been said though nobody asks for it at this place.
    pub(super) fn check(&self, place: &Place, hosts: bool) -> Result<(), ProviderError> {
        let Self { token, token_file, authority, certificate, key } = self;
        let stated = [
            ("a token", token.is_some() || token_file.is_some(), matches!(place, Place::Tcp { .. })),
            ("an authority", authority.is_some(), matches!(place, Place::Tcp { .. }) && !hosts),
            (
                "a certificate",
                certificate.is_some() || key.is_some(),
                matches!(place, Place::Tcp { .. }) && hosts,
            ),
        ];
        let superfluous = stated.into_iter().find(|(_, is_stated, is_asked)| *is_stated && !*is_asked);
        superfluous.map_or(Ok(()), |(what, ..)| {
            let who = if hosts { "who hosts" } else { "who connects" };
            Err(ProviderError::Setup(format!("{what} means nothing to {who} at `{place}`")))
        })
    }

    #[cfg(feature = "tls")]
    pub(super) fn token(&self, place: &Place) -> Result<Token, ProviderError> {
        let text = match (&self.token, &self.token_file) {
            (Some(_), Some(_)) => Err("state the token or its file, not both".to_owned()),
            (Some(text), None) => Ok(text.clone()),
            (None, Some(path)) => {
                tell_if_others_may_read(path);
                std::fs::read_to_string(path)
                    .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
                    .map_err(|error| format!("`{}` cannot be read: {error}", path.display()))
            }
            (None, None) => {
                Err(format!("a broker at `{place}` lets nobody in without a `token`, which both sides state"))
            }
        };
        let text = text.map_err(ProviderError::Setup)?;
        if !(SHORTEST..=LONGEST).contains(&text.len()) || text.trim() != text {
            return Err(ProviderError::Setup(format!(
                "the token for `{place}` has {} bytes; it takes {SHORTEST} to {LONGEST}, with no spaces at its ends",
                text.len()
            )));
        }
        Ok(Token(text))
    }
}

/// A file without which nothing works.
#[cfg(feature = "tls")]
pub(super) fn needed<'a>(
    file: Option<&'a PathBuf>,
    (what, place): (&str, &Place),
) -> Result<&'a std::path::Path, ProviderError> {
    file.map(PathBuf::as_path)
        .ok_or_else(|| ProviderError::Setup(format!("`{place}` is reached by TLS, which takes {what}")))
}
