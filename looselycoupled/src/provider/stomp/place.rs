//! Where a broker is, and as whom one comes.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use super::frames::Frame;
use crate::address::quoted;
use crate::config::tell_if_others_may_read;
use crate::provider::ProviderError;

/// What stands in a URL, without what is secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: u16,
    credentials: Option<(String, String)>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tcp://{}:{}", self.host, self.port)
    }
}

/// What it shows is no secret.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Place {
    pub(super) fn parse(url: &str) -> Result<Self, ProviderError> {
        // Whoever has written a password into it does not want to read it in a log.
        let shown = quoted(url.rsplit_once('@').map_or(url, |(_, place)| place));
        let wrong = || {
            ProviderError::Setup(format!("{shown} is no address of a broker; write `tcp://127.0.0.1:61613`"))
        };
        let rest = url.strip_prefix("tcp://").ok_or_else(wrong)?;
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
        Ok(Self { host: host.to_owned(), port, credentials })
    }

    /// Whether what is said stays on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
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
    pub(super) virtual_host: Option<String>,
    pub(super) is_plain: bool,
}

/// The first frame of every connection.
pub(super) fn introduction(place: &Place, access: &Access) -> Result<Frame, ProviderError> {
    if !access.is_plain && !place.is_loopback() {
        return Err(ProviderError::Setup(format!(
            "`{place}` is another machine, and what is said there, passwords as well, is not encrypted: state `plain: true`, in code `.plain()`, where that is as it should be"
        )));
    }
    let from_file = access.password_file.as_ref().map(|path| {
        tell_if_others_may_read(path);
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| {
            ProviderError::Setup(format!("the password file {} cannot be read: {error}", path.display()))
        })?;
        Ok::<_, ProviderError>(text.trim_end_matches(['\r', '\n']).to_owned())
    });
    let (user, password) = place.credentials.clone().unzip();
    let user = access.user.clone().or(user);
    let password = access.password.clone().or(from_file.transpose()?).or(password);
    let host = access.virtual_host.as_deref().unwrap_or("/");
    let frame = Frame::new("CONNECT").with("accept-version", "1.2").with("host", host);
    let frame = frame.with("heart-beat", super::peer::HEART_BEAT);
    let told = [("login", user), ("passcode", password)];
    told.into_iter().try_fold(frame, |frame, (name, text)| match text {
        // Such frames have no escapes.
        Some(text) if text.contains(['\n', '\r']) => {
            Err(ProviderError::Setup(format!("`{name}` has several lines, which STOMP cannot say")))
        }
        Some(text) => Ok(frame.with(name, &text)),
        None => Ok(frame),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_a_user_and_a_password_which_are_not_shown() {
        let place = Place::parse("tcp://ada:p%40ss%3a@[::1]:61613").unwrap();
        assert_eq!((place.to_string(), place.is_loopback()), ("tcp://[::1]:61613".to_owned(), true));
        assert!(!format!("{place:?}").contains("ss"));
        let frame = introduction(&place, &Access::default()).unwrap();
        assert_eq!((frame.get("login"), frame.get("passcode")), (Some("ada"), Some("p@ss:")));
        let stated = Access { password: Some("other".to_owned()), ..Access::default() };
        assert_eq!(introduction(&place, &stated).unwrap().get("passcode"), Some("other"));
    }

    #[test]
    fn another_machine_is_reached_only_where_that_is_said() {
        let place = Place::parse("tcp://broker.example:61613").unwrap();
        assert!(introduction(&place, &Access::default()).unwrap_err().to_string().contains("`plain: true`"));
        assert!(introduction(&place, &Access { is_plain: true, ..Access::default() }).is_ok());
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
        ] {
            let error = Place::parse(url).unwrap_err().to_string();
            assert!(
                error.contains("is no address of a broker; write `tcp://") && !error.contains("secret"),
                "{error}"
            );
        }
    }
}
