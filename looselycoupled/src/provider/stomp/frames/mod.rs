//! Frames of STOMP 1.2.

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec::Decoder;

use super::escapes::{escape, unescape};

/// The bytes that a body has at most.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// The bytes that stand before a body at most, and the headers among them: more than is ever sent from here.
const LONGEST_HEAD: usize = 1024 * 1024;
const MOST_HEADERS: usize = 256;

/// Those without which nobody could tell the broker anything of a frame.
const NEEDED: [&str; 4] = ["subscription", "ack", "receipt-id", "content-length"];

/// What stands at the end of each frame.
const END: u8 = 0;

/// A frame.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// What it is about, `SEND`.
    pub command: String,
    /// In the order in which they stand; of several with the same name the first one counts.
    headers: Vec<(String, String)>,
    /// What follows them.
    pub body: Bytes,
}

/// Names only: what stands below them may be a secret.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        let body = self.body.len();
        f.debug_struct("Frame")
            .field("command", &self.command)
            .field("headers", &names)
            .field("body", &body)
            .finish()
    }
}

impl Frame {
    /// A frame without headers.
    #[must_use]
    pub fn new(command: &str) -> Self {
        Self { command: command.to_owned(), ..Self::default() }
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.headers.push((name.to_owned(), text.to_owned()));
        self
    }

    /// With a body, whose length is told.
    #[must_use]
    pub fn with_body(self, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let told = self.with("content-length", &body.len().to_string());
        Self { body, ..told }
    }

    /// What stands below a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// All headers; those that stand there again are left out.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_first =
            |place: usize, name: &str| !self.headers[..place].iter().any(|(known, _)| known == name);
        let all = self.headers.iter().enumerate();
        all.filter(move |(place, (name, _))| is_first(*place, name))
            .map(|(_, (name, text))| (&**name, &**text))
    }

    /// As it stands on the wire.
    #[must_use]
    pub fn written(&self) -> Bytes {
        let escapes = escapes(&self.command);
        let mut text = String::with_capacity(128 + self.body.len());
        text.push_str(&self.command);
        text.push('\n');
        for (name, value) in &self.headers {
            if escapes {
                escape(name, &mut text);
                text.push(':');
                escape(value, &mut text);
            } else {
                text.push_str(name);
                text.push(':');
                text.push_str(value);
            }
            text.push('\n');
        }
        text.push('\n');
        let mut written = text.into_bytes();
        written.extend_from_slice(&self.body);
        written.push(END);
        written.into()
    }
}

/// Those by which versions are agreed on are as they were before there were escapes.
fn escapes(command: &str) -> bool {
    !matches!(command, "CONNECT" | "CONNECTED")
}

/// What has come.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// A frame as it was sent.
    Frame(Frame),
    /// One that ends where it should, but of which a part cannot be read and has been left out: why.
    Unreadable(Frame, &'static str),
}

/// What is no frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Why.
    #[error("what came is no frame of STOMP: {0}")]
    Malformed(&'static str),
    /// The connection does not work any more.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Reads frames. Line ends between them are beats of a heart, and nothing else.
#[derive(Debug, Default)]
pub struct Frames {
    /// So much has been looked at, in vain.
    seen: usize,
    body: Option<Body>,
}

/// A frame of which the body is still to come.
#[derive(Debug)]
struct Body {
    frame: Frame,
    /// What is left of it, if its length is known.
    left: Option<usize>,
    is_too_long: bool,
    /// What is wrong with its headers.
    fault: Option<&'static str>,
}

impl Decoder for Frames {
    type Item = Received;
    type Error = FrameError;

    fn decode(&mut self, bytes: &mut BytesMut) -> Result<Option<Received>, FrameError> {
        if self.body.is_none() {
            match self.head(bytes)? {
                Some(body) => self.body = Some(body),
                None => return Ok(None),
            }
        }
        let Some(body) = &mut self.body else { return Ok(None) };
        let is_whole = match body.left {
            Some(_) => body.take_counted(bytes)?,
            None => body.take_until_end(bytes, &mut self.seen),
        };
        if !is_whole {
            return Ok(None);
        }
        self.seen = 0;
        Ok(self.body.take().map(|Body { frame, is_too_long, fault, .. }| {
            let fault = if is_too_long { Some("it is longer than 4 MiB") } else { fault };
            match fault {
                Some(fault) => Received::Unreadable(frame, fault),
                None => Received::Frame(frame),
            }
        }))
    }
}

impl Frames {
    /// Everything before a body, once it is there.
    fn head(&mut self, bytes: &mut BytesMut) -> Result<Option<Body>, FrameError> {
        if self.seen == 0 {
            let beats = bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            bytes.advance(beats);
        }
        let Some(length) = self.length_of_head(bytes) else {
            let is_too_long = bytes.len() > LONGEST_HEAD;
            return if is_too_long { Err(FrameError::Malformed("its headers do not end")) } else { Ok(None) };
        };
        if length > LONGEST_HEAD {
            return Err(FrameError::Malformed("its headers are too long"));
        }
        self.seen = 0;
        let head = bytes.split_to(length);
        let (frame, fault) = match std::str::from_utf8(&head) {
            Ok(head) => read_head(head)?,
            Err(_) => (read_head(&String::from_utf8_lossy(&head))?.0, Some("its headers are no UTF-8")),
        };
        let left = frame.get("content-length").map(length_of_body).transpose()?;
        let is_too_long = left.is_some_and(|left| left > LONGEST);
        Ok(Some(Body { frame, left, is_too_long, fault }))
    }

    /// Up to, and with, the empty line. What has been looked at once is not looked at again.
    fn length_of_head(&mut self, bytes: &BytesMut) -> Option<usize> {
        let lines = bytes[self.seen..].iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        for (place, _) in lines {
            let end = self.seen + place + 1;
            let line_before = &bytes[..end - 1];
            let line_before = line_before.strip_suffix(b"\r").unwrap_or(line_before);
            if line_before.ends_with(b"\n") {
                return Some(end);
            }
        }
        self.seen = bytes.len();
        None
    }
}

/// As much of the headers as can be read, and what is wrong with the rest.
fn read_head(head: &str) -> Result<(Frame, Option<&'static str>), FrameError> {
    let mut lines = head.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let command = lines.next().unwrap_or_default();
    if command.is_empty() || !command.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(FrameError::Malformed("it does not begin with a command"));
    }
    let escapes = escapes(command);
    let (mut frame, mut fault) = (Frame::new(command), None);
    for line in lines.take_while(|line| !line.is_empty()) {
        match read_header(line, escapes) {
            Ok((name, _)) if frame.headers.len() >= MOST_HEADERS && !NEEDED.contains(&&*name) => {
                fault = Some("it has too many headers");
            }
            // In versions without escapes as well nothing but a line end ends a value.
            Ok(header) => frame.headers.push(header),
            Err(wrong) => fault = Some(wrong),
        }
    }
    Ok((frame, fault))
}

fn read_header(line: &str, escapes: bool) -> Result<(String, String), &'static str> {
    let (name, text) = line.split_once(':').ok_or("a header has no colon")?;
    let read = |part: &str| match escapes {
        true => unescape(part).ok_or("a header has an escape that there is not"),
        false => Ok(part.to_owned()),
    };
    if name.is_empty() {
        return Err("a header has no name");
    }
    Ok((read(name)?, read(text)?))
}

fn length_of_body(text: &str) -> Result<usize, FrameError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let length = is_number.then(|| text.parse().ok()).flatten();
    length.ok_or(FrameError::Malformed("its content-length is no number"))
}

impl Body {
    /// True when it is whole, and its end has been taken as well.
    fn take_counted(&mut self, bytes: &mut BytesMut) -> Result<bool, FrameError> {
        let left = self.left.unwrap_or_default();
        if self.is_too_long {
            let taken = left.min(bytes.len());
            bytes.advance(taken);
            self.left = Some(left - taken);
            if left > taken || bytes.is_empty() {
                return Ok(false);
            }
        } else if bytes.len() <= left {
            // A length is a claim: what it says is not taken before it is there.
            return Ok(false);
        } else {
            self.frame.body = bytes.split_to(left).freeze();
        }
        if bytes.get_u8() == END {
            Ok(true)
        } else {
            Err(FrameError::Malformed("its body goes on where it should end"))
        }
    }

    /// The same where only its end tells how long it is.
    fn take_until_end(&mut self, bytes: &mut BytesMut, seen: &mut usize) -> bool {
        let end = bytes[*seen..].iter().position(|byte| *byte == END).map(|place| *seen + place);
        let length = end.unwrap_or(bytes.len());
        self.is_too_long |= length > LONGEST;
        if let Some(end) = end {
            let body = bytes.split_to(end);
            bytes.advance(1);
            if !self.is_too_long {
                self.frame.body = body.freeze();
            }
            return true;
        }
        *seen = length;
        if self.is_too_long {
            bytes.clear();
            *seen = 0;
        }
        false
    }
}

#[cfg(test)]
mod tests;
