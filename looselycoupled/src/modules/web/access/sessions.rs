//! Who has logged in.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Who logs in more often than that loses the session that was used longest ago.
const MOST: usize = 1_000;

/// What is known of somebody who has logged in.
#[derive(Debug, Clone)]
pub(in crate::modules::web) struct Session {
    pub(in crate::modules::web) user: String,
    /// What pages of ours know, and those of others do not.
    pub(in crate::modules::web) csrf: String,
    used: Instant,
}

/// By their tokens, which only their owners' browsers know.
#[derive(Debug, Default)]
pub(in crate::modules::web) struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token of a new session, and the session.
    pub(in crate::modules::web) fn begin(&self, user: &str) -> Result<(String, Session), getrandom::Error> {
        let session = Session { user: user.to_owned(), csrf: random()?, used: Instant::now() };
        let token = random()?;
        let mut sessions = self.lock();
        if sessions.len() >= MOST {
            let oldest = sessions.iter().min_by_key(|(_, session)| session.used);
            if let Some(oldest) = oldest.map(|(token, _)| token.clone()) {
                sessions.remove(&oldest);
            }
        }
        sessions.insert(token.clone(), session.clone());
        Ok((token, session))
    }

    /// The session of a token, if it has been used within its lifetime; it counts from now on again.
    pub(in crate::modules::web) fn find(&self, token: &str, lifetime: Duration) -> Option<Session> {
        let mut sessions = self.lock();
        let session = sessions.get_mut(token)?;
        if session.used.elapsed() >= lifetime {
            sessions.remove(token);
            return None;
        }
        session.used = Instant::now();
        Some(session.clone())
    }

    /// Whether a session goes on, which does not count as a use of it.
    pub(in crate::modules::web) fn goes_on(&self, token: &str, lifetime: Duration) -> bool {
        self.lock().get(token).is_some_and(|session| session.used.elapsed() < lifetime)
    }

    pub(in crate::modules::web) fn end(&self, token: &str) {
        self.lock().remove(token);
    }
}

/// 256 bits that nobody guesses, as a text.
pub(in crate::modules::web) fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        // A `String` takes everything.
        let _written = write!(text, "{byte:02x}");
        text
    }))
}
