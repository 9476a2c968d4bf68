//! What nobody else is to read.

use std::fmt;
use std::path::Path;

use subtle::ConstantTimeEq;

use super::ListenError;
use crate::config::tell_if_others_may_read;
use crate::prelude::*;

/// A text that no log shows.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(transparent)]
pub(in crate::modules) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Secret {
    #[cfg(feature = "web")]
    pub(in crate::modules) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this text; how long that takes tells its length at most, and not how much of it was right.
    pub(in crate::modules) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// Where a section says a password, or something like it.
#[derive(Debug, Clone, Copy)]
pub(in crate::modules) struct PasswordSource<'a> {
    /// The path of the keys: a section, or a map below it.
    pub(in crate::modules) path: &'a str,
    /// The key of the text and that of the file.
    pub(in crate::modules) keys: [&'static str; 2],
    pub(in crate::modules) text: Option<&'a Secret>,
    pub(in crate::modules) file: Option<&'a Path>,
}

/// Spaces at its ends would be taken for none of it.
fn can_be_sent(token: &str) -> bool {
    token.trim() == token && token.bytes().all(|sign| sign == b' ' || sign.is_ascii_graphic())
}

impl PasswordSource<'_> {
    /// What is said there; `None` if nothing is.
    pub(in crate::modules) async fn read(&self) -> Result<Option<Secret>, ListenError> {
        let (secret, what) = match (self.text, self.file) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                return Err(ListenError::Twice { path: self.path.to_owned(), keys: self.keys });
            }
            (Some(text), None) => (text.clone(), format!("`{}.{}`", self.path, self.keys[0])),
            (None, Some(path)) => (self.read_file(path).await?, format!("the file `{}`", path.display())),
        };
        if secret.0.is_empty() {
            let why = if self.keys[0] == "token" {
                "a token has at least one sign"
            } else {
                "a password has at least one sign"
            };
            return Err(ListenError::Useless { what, why });
        }
        if self.keys[0] == "token" && !can_be_sent(&secret.0) {
            let why = "a field of a request carries no such sign; take visible ones of ASCII";
            return Err(ListenError::Useless { what, why });
        }
        Ok(Some(secret))
    }

    /// The end of its last line is none of it.
    async fn read_file(&self, path: &Path) -> Result<Secret, ListenError> {
        tell_if_others_may_read(path);
        let read = tokio::fs::read_to_string(path).await;
        let text = read.map_err(|source| ListenError::File {
            section: self.path.to_owned(),
            key: self.keys[1],
            path: path.to_owned(),
            source,
        })?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        Ok(Secret(line.strip_suffix('\r').unwrap_or(line).to_owned()))
    }
}
