//! What clients may say, and what it comes to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::store::{MessageName, Seat, Store};
use super::{LONGEST, MOST_READY, Settings, features, lock};

/// What a command is refused with.
pub(super) struct Refusal {
    pub(super) why: String,
    /// The connection ends as well.
    pub(super) is_end: bool,
}

fn fatal(why: &str) -> Refusal {
    Refusal { why: why.to_owned(), is_end: true }
}

type Answer = Result<Option<Vec<u8>>, Refusal>;

const OK: Answer = Ok(None);

fn ok() -> Answer {
    Ok(Some(b"OK".to_vec()))
}

pub(super) struct Client {
    number: u64,
    sending: UnboundedSender<Vec<u8>>,
    store: Arc<Mutex<Store>>,
    settings: Settings,
    seat: Option<Seat>,
    timeout: Duration,
    pub(super) beats: Duration,
    is_let_in: bool,
}

impl Client {
    pub(super) fn new(
        number: u64,
        sending: UnboundedSender<Vec<u8>>,
        store: Arc<Mutex<Store>>,
        settings: Settings,
    ) -> Self {
        let (timeout, is_let_in) = (settings.timeout, settings.secret.is_none());
        let beats = Duration::from_secs(30);
        Self { number, sending, store, settings, seat: None, timeout, beats, is_let_in }
    }

    pub(super) fn obey(&mut self, line: &[u8], content: &[u8]) -> Answer {
        let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
        match words[..] {
            [b"IDENTIFY"] => self.identify(content),
            [b"AUTH"] => self.let_in(content),
            [b"NOP"] => OK,
            _ if !self.is_let_in => Err(fatal("E_AUTH_FIRST AUTH required")),
            [b"SUB", topic, channel] => self.subscribe(&name(topic, "TOPIC")?, &name(channel, "CHANNEL")?),
            [b"RDY", count] => self.ready_for(count),
            [b"PUB", topic] => self.publish(&name(topic, "TOPIC")?, &[content], Duration::ZERO),
            [b"DPUB", topic, delay] => {
                let delay = number(delay).ok_or_else(|| fatal("E_INVALID DPUB could not parse timeout"))?;
                self.publish(&name(topic, "TOPIC")?, &[content], Duration::from_millis(delay))
            }
            [b"MPUB", topic] => self.publish(&name(topic, "TOPIC")?, &several(content)?, Duration::ZERO),
            [b"FIN", id] => self.about("FIN", id, |store, seat, id| store.finish(seat, id)),
            [b"TOUCH", id] => {
                let timeout = self.timeout;
                self.about("TOUCH", id, |store, seat, id| store.touch(seat, id, timeout))
            }
            [b"REQ", id, delay] => {
                let delay = number(delay).ok_or_else(|| fatal("E_INVALID REQ could not parse timeout"))?;
                let delay = Duration::from_millis(delay);
                self.about("REQ", id, |store, seat, id| store.again(seat, id, delay))
            }
            [b"CLS"] => {
                let seat =
                    self.seat.as_ref().ok_or_else(|| fatal("E_INVALID cannot CLS in current state"))?;
                lock(&self.store).ready_for(seat, 0);
                Ok(Some(b"CLOSE_WAIT".to_vec()))
            }
            _ => Err(fatal("E_INVALID invalid command")),
        }
    }

    fn identify(&mut self, content: &[u8]) -> Answer {
        let asked: serde_json::Value = serde_json::from_slice(content)
            .map_err(|_| fatal("E_BAD_BODY IDENTIFY failed to decode JSON body"))?;
        let milliseconds = |key: &str| asked.get(key).and_then(serde_json::Value::as_u64);
        match milliseconds("heartbeat_interval") {
            Some(0) | None => {}
            Some(beats @ 1_000..=60_000) => self.beats = Duration::from_millis(beats),
            Some(_) => return Err(fatal("E_BAD_BODY IDENTIFY heartbeat interval is invalid")),
        }
        if let Some(timeout) = milliseconds("msg_timeout").filter(|timeout| *timeout > 0) {
            self.timeout = Duration::from_millis(timeout);
        }
        let is_negotiated = asked.get("feature_negotiation").and_then(serde_json::Value::as_bool);
        if is_negotiated == Some(true) { Ok(Some(features(&self.settings, self.timeout))) } else { ok() }
    }

    fn let_in(&mut self, content: &[u8]) -> Answer {
        if self.settings.secret.as_ref().is_none_or(|secret| secret.as_bytes() != content) {
            return Err(fatal("E_AUTH_FAILED AUTH failed"));
        }
        self.is_let_in = true;
        Ok(Some(br#"{"identity":"","identity_url":"","permission_count":1}"#.to_vec()))
    }

    fn subscribe(&mut self, topic: &str, channel: &str) -> Answer {
        if self.seat.is_some() {
            return Err(fatal("E_INVALID cannot SUB in current state"));
        }
        let seat = Seat { client: self.number, topic: topic.to_owned(), channel: channel.to_owned() };
        lock(&self.store).join(&seat, self.sending.clone(), self.timeout);
        self.seat = Some(seat);
        ok()
    }

    fn ready_for(&self, count: &[u8]) -> Answer {
        let seat = self.seat.as_ref().ok_or_else(|| fatal("E_INVALID cannot RDY in current state"))?;
        let count = number(count).filter(|count| *count <= u64::from(MOST_READY));
        let count = count.ok_or_else(|| fatal("E_INVALID RDY count out of range"))?;
        lock(&self.store).ready_for(seat, count as usize);
        OK
    }

    fn publish(&self, topic: &str, contents: &[&[u8]], delay: Duration) -> Answer {
        if contents.iter().any(|content| content.is_empty() || content.len() > LONGEST) {
            return Err(fatal("E_BAD_MESSAGE PUB message size is invalid"));
        }
        lock(&self.store).publish(topic, contents, delay);
        ok()
    }

    fn about(
        &self,
        verb: &str,
        id: &[u8],
        done: impl FnOnce(&mut Store, &Seat, MessageName) -> bool,
    ) -> Answer {
        let seat =
            self.seat.as_ref().ok_or_else(|| fatal(&format!("E_INVALID cannot {verb} in current state")))?;
        let id = id.try_into().map_err(|_| fatal("E_INVALID Invalid Message ID"))?;
        if done(&mut lock(&self.store), seat, id) {
            return OK;
        }
        let why = format!("E_{verb}_FAILED {verb} {} failed ID not in flight", String::from_utf8_lossy(&id));
        Err(Refusal { why, is_end: false })
    }
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn name(text: &[u8], what: &str) -> Result<String, Refusal> {
    let wrong = || fatal(&format!("E_BAD_{what} name is not valid"));
    let whole = std::str::from_utf8(text).map_err(|_| wrong())?;
    let bare = whole.strip_suffix("#ephemeral").unwrap_or(whole);
    let is_fit = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let is_name = !bare.is_empty() && whole.len() <= 64 && bare.chars().all(is_fit);
    is_name.then(|| whole.to_owned()).ok_or_else(wrong)
}

fn several(content: &[u8]) -> Result<Vec<&[u8]>, Refusal> {
    let wrong = || fatal("E_BAD_BODY MPUB invalid body");
    let length = |bytes: &[u8]| bytes.first_chunk().map(|length| u32::from_be_bytes(*length) as usize);
    let count = length(content).ok_or_else(wrong)?;
    let (mut rest, mut all) = (&content[4..], Vec::new());
    for _ in 0..count {
        let length = length(rest).ok_or_else(wrong)?;
        all.push(rest.get(4..4 + length).ok_or_else(wrong)?);
        rest = &rest[4 + length..];
    }
    Ok(all)
}
