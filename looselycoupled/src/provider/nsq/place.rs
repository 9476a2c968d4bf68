//! Where nsqd is: `tcp://…`.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use tokio::net::TcpStream;

use crate::config::tell_if_others_may_read;
use crate::provider::ProviderError;

/// The host and the port of an nsqd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place(String);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tcp://{}", self.0)
    }
}

impl Place {
    /// Whoever listens on the way reads what is not encrypted, so that has to be wanted.
    pub(super) fn parse(text: &str, is_plain: bool) -> Result<Self, ProviderError> {
        let parts = text.strip_prefix("tcp://").and_then(|address| address.rsplit_once(':'));
        let fit = parts.filter(|(host, port)| {
            // A name and its password have no place here, and are not to be shown.
            !host.is_empty() && !host.contains(['@', '/']) && port.parse::<u16>().is_ok_and(|port| port > 0)
        });
        let Some((host, port)) = fit else {
            let shown = if text.contains('@') { "what is given" } else { &format!("`{text}`") };
            return Err(ProviderError::Setup(format!(
                "{shown} is no address of an nsqd; write `tcp://127.0.0.1:4150`"
            )));
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_near =
            host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if !is_near && !is_plain {
            return Err(ProviderError::Setup(format!(
                "what goes to `{text}` can be read on its way, since there is no TLS to NSQ here: state `plain: true` \
                 if that network is trusted, or have a tunnel listen on this machine"
            )));
        }
        Ok(Self(format!("{host}:{port}")))
    }

    /// Many short messages are sent, each of which somebody waits for.
    pub(super) async fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(&self.0).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// What nsqd may ask for before it lets anybody in.
#[derive(Clone, Default)]
pub(super) struct Secret {
    pub(super) text: Option<String>,
    pub(super) file: Option<PathBuf>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Secret {
    pub(super) fn read(&self) -> Result<Option<String>, ProviderError> {
        match (&self.text, &self.file) {
            (Some(_), Some(_)) => {
                Err(ProviderError::Setup("state the token or its file, not both".to_owned()))
            }
            (text, None) => Ok(text.clone()),
            (None, Some(path)) => {
                tell_if_others_may_read(path);
                let read = std::fs::read_to_string(path);
                let text = read.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
                text.map(Some).map_err(|error| {
                    ProviderError::Setup(format!("`{}` cannot be read: {error}", path.display()))
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_near_and_others_have_to_be_wanted() {
        for text in ["tcp://127.0.0.1:4150", "tcp://localhost:4150", "tcp://[::1]:4150"] {
            assert_eq!(Place::parse(text, false).unwrap().to_string(), text);
        }
        let error = Place::parse("tcp://nsq.example:4150", false).unwrap_err().to_string();
        assert!(error.contains("`plain: true`"), "{error}");
        assert!(Place::parse("tcp://nsq.example:4150", true).is_ok());
    }

    #[test]
    fn anything_else_is_no_address_and_no_password_is_shown() {
        for text in ["", "127.0.0.1:4150", "tcp://:4150", "tcp://a", "tcp://a:0", "tcp://a:b", "http://a:1"] {
            let error = Place::parse(text, true).unwrap_err().to_string();
            assert!(error.contains("is no address of an nsqd; write `tcp://"), "{error}");
        }
        let error = Place::parse("tcp://ada:hidden@localhost:4150", true).unwrap_err().to_string();
        assert!(!error.contains("hidden"), "{error}");
    }
}
