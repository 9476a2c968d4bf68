//! Where a broker is.

use std::path::PathBuf;

use crate::provider::ProviderError;

/// Where a broker is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A file: for processes of the same user on the same machine.
    Unix(PathBuf),
    /// A port: for those that have the token, by TLS.
    Tcp { host: String, port: u16 },
}

impl Place {
    /// `unix:<path>` or `tcp://<host>:<port>`
    pub(super) fn parse(url: &str) -> Result<Self, ProviderError> {
        if let Some(path) = url.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        let address = url.strip_prefix("tcp://").and_then(|address| address.rsplit_once(':'));
        let parsed = address.and_then(|(host, port)| {
            let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
            let port = port.parse::<u16>().ok().filter(|port| *port > 0)?;
            (!host.is_empty() && !host.contains('/')).then(|| Self::Tcp { host: host.to_owned(), port })
        });
        parsed.ok_or_else(|| {
            ProviderError::Setup(format!(
                "`{url}` is no address of a socket; write `unix:/run/user/1000/home.sock` or `tcp://house.example:7443`"
            ))
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(f),
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_files_or_ports() {
        let tcp = |host: &str, port| Place::Tcp { host: host.to_owned(), port };
        assert_eq!(Place::parse("unix:home.sock").unwrap(), Place::Unix("home.sock".into()));
        assert_eq!(Place::parse("tcp://house.example:7443").unwrap(), tcp("house.example", 7443));
        assert_eq!(Place::parse("tcp://[::1]:7443").unwrap(), tcp("::1", 7443));
        assert_eq!(Place::parse("tcp://[::1]:7443").unwrap().to_string(), "[::1]:7443");
        for wrong in [
            "",
            "unix:",
            "home.sock",
            "tcp://house",
            "tcp://:7443",
            "tcp://house:0",
            "tcp://a/b:1",
            "udp://a:1",
        ] {
            assert!(Place::parse(wrong).is_err(), "{wrong}");
        }
    }
}
