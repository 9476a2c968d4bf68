//! The first frame of every connection.

use super::frames::Frame;
use crate::provider::ProviderError;
use crate::provider::place::{Access, Place};

pub(super) fn introduction(place: &Place, access: &Access) -> Result<Frame, ProviderError> {
    let credentials = access.credentials(place)?;
    let host = access.virtual_host.as_deref().unwrap_or("/");
    let frame = Frame::new("CONNECT").with("accept-version", "1.2").with("host", host);
    let frame = frame.with("heart-beat", super::peer::HEART_BEAT);
    let told = [("login", credentials.user), ("passcode", credentials.password)];
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
    fn it_says_who_comes_and_cannot_be_made_to_say_more() {
        let place = Place::parse("tcp://ada:secret@[::1]:61613", "tcp://127.0.0.1:61613").unwrap();
        let frame = introduction(&place, &Access::default()).unwrap();
        assert_eq!((frame.get("login"), frame.get("passcode")), (Some("ada"), Some("secret")));
        let lines = Access { user: Some("ada\nhost:other".to_owned()), ..Access::default() };
        let error = introduction(&place, &lines).unwrap_err().to_string();
        assert!(error.contains("`login` has several lines"), "{error}");
    }
}
