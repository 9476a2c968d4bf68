//! Where a broker is, and as whom one comes: what the providers for brokers that people run have in common.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use tokio::net::TcpStream;

use super::ProviderError;
use crate::address::quoted;
use crate::config::tell_if_others_may_read;

/// The characters of a broker's reason that are shown.
const LONGEST_REASON: usize = 300;

/// The words of a broker, which may be anybody's: the first ones, and no lines of their own.
pub(super) fn in_a_line(words: &str) -> String {
    let mut shown = String::new();
    for character in words.chars().take(LONGEST_REASON) {
        if character.is_control() {
            shown.extend(character.escape_debug());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// What stands in a URL, without what is secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Place {
    scheme: &'static str,
    host: String,
    port: u16,
    credentials: Option<(String, String)>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

/// What it shows is no secret.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Place {
    /// Of a URL such as `example`, which says what the scheme is.
    pub(super) fn parse(url: &str, example: &'static str) -> Result<Self, ProviderError> {
        // Whoever has written a password into it does not want to read it in a log.
        let shown = quoted(url.rsplit_once('@').map_or(url, |(_, place)| place));
        let wrong = || ProviderError::Setup(format!("{shown} is no address of a broker; write `{example}`"));
        let scheme = example.split_once(':').map_or(example, |(scheme, _)| scheme);
        let rest = url.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://")).ok_or_else(wrong)?;
        let (credentials, address) = match rest.rsplit_once('@') {
            Some((credentials, address)) => (Some(credentials), address),
            None => (None, rest),
        };
        let (host, port) = address.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
        if host.is_empty() || host.contains(['/', '?', '#']) {
            return Err(wrong());
        }
        let credentials = match credentials {
            Some(text) => {
                let (user, password) = text.split_once(':').unwrap_or((text, ""));
                Some((decoded(user).ok_or_else(wrong)?, decoded(password).ok_or_else(wrong)?))
            }
            None => None,
        };
        Ok(Self { scheme, host: host.to_owned(), port, credentials })
    }

    /// The host as names are resolved, and the port.
    pub(super) fn address(&self) -> (&str, u16) {
        (self.host.trim_start_matches('[').trim_end_matches(']'), self.port)
    }

    /// Whether what is said stays on this machine.
    fn is_loopback(&self) -> bool {
        let (host, _) = self.address();
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Many short messages are sent, each of which somebody waits for.
    pub(super) async fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(self.address()).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut all = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let value = digit(bytes.next()?)? * 16 + digit(bytes.next()?)?;
            all.push(u8::try_from(value).ok()?);
        } else {
            all.push(byte);
        }
    }
    String::from_utf8(all).ok()
}

/// As whom one comes, as it was stated.
#[derive(Clone, Default)]
pub(super) struct Access {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    /// To which part of the broker.
    pub(super) virtual_host: Option<String>,
    pub(super) is_plain: bool,
}

/// As whom one comes to a broker.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
}

impl Access {
    /// What was stated goes before what stands in the URL.
    pub(super) fn credentials(&self, place: &Place) -> Result<Credentials, ProviderError> {
        if !self.is_plain && !place.is_loopback() {
            return Err(ProviderError::Setup(format!(
                "`{place}` is another machine, and what is said there, passwords as well, is not encrypted: state `plain: true`, in code `.plain()`, where that is as it should be"
            )));
        }
        if self.password.is_some() && self.password_file.is_some() {
            return Err(ProviderError::Setup("state the password or its file, not both".to_owned()));
        }
        let from_file = self.password_file.as_ref().map(|path| {
            tell_if_others_may_read(path);
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|error| {
                ProviderError::Setup(format!("the password file {} cannot be read: {error}", path.display()))
            })?;
            Ok::<_, ProviderError>(text.trim_end_matches(['\r', '\n']).to_owned())
        });
        let (user, password) = place.credentials.clone().unzip();
        let user = self.user.clone().or(user);
        let password = self.password.clone().or(from_file.transpose()?).or(password);
        if user.is_none() && password.is_some() {
            return Err(ProviderError::Setup(
                "there is a password and no user: state whose it is, by `user`".to_owned(),
            ));
        }
        Ok(Credentials { user, password })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "tcp://127.0.0.1:61613";

    #[test]
    fn an_address_may_have_a_user_and_a_password_which_are_not_shown() {
        let place = Place::parse("tcp://ada:p%40ss%3a@[::1]:61613", EXAMPLE).unwrap();
        assert_eq!((place.to_string(), place.address()), ("tcp://[::1]:61613".to_owned(), ("::1", 61613)));
        assert!(!format!("{place:?}").contains("ss"));
        let shown = Access::default().credentials(&place).unwrap();
        assert_eq!((shown.user.as_deref(), shown.password.as_deref()), (Some("ada"), Some("p@ss:")));
        let stated = Access { password: Some("other".to_owned()), ..Access::default() };
        assert_eq!(stated.credentials(&place).unwrap().password.as_deref(), Some("other"));
        let told = |access: Access, url: &str| {
            let place = Place::parse(url, EXAMPLE).unwrap();
            access.credentials(&place).map(|_| ()).unwrap_err().to_string()
        };
        assert!(told(stated.clone(), "tcp://[::1]:61613").contains("no user"), "nobody's");
        let twice = Access { password_file: Some("file".into()), ..stated };
        assert!(told(twice, "tcp://ada@[::1]:61613").contains("not both"), "in two places");
    }

    #[test]
    fn another_machine_is_reached_only_where_that_is_said() {
        let place = Place::parse("tcp://broker.example:61613", EXAMPLE).unwrap();
        let error = Access::default().credentials(&place).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("`plain: true`"), "{error}");
        assert!(Access { is_plain: true, ..Access::default() }.credentials(&place).is_ok());
    }

    #[test]
    fn anything_else_is_no_address_and_shows_no_password() {
        for url in [
            "",
            "127.0.0.1:1",
            "tcp://",
            "tcp://a",
            "tcp://a:b",
            "tcp://:1",
            "tcp://a:0",
            "tcp://a:secret@b",
            "tcp://a:%zz@b:1",
            "amqp://a:1",
        ] {
            let error = Place::parse(url, EXAMPLE).unwrap_err().to_string();
            assert!(
                error.contains("is no address of a broker; write `tcp://") && !error.contains("secret"),
                "{error}"
            );
        }
    }
}
