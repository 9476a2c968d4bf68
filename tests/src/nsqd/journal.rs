//! What an nsqd that is killed still knows.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::store::MessageName;

/// One line of it: a channel that is made, a message that is kept, or one that is finished.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: u8,
    pub(super) topic: String,
    pub(super) channel: String,
    pub(super) name: MessageName,
    pub(super) content: Vec<u8>,
}

/// A file to whose end things are written, or none.
#[derive(Debug, Default)]
pub(super) struct Journal {
    file: Option<File>,
    unwritten: Vec<u8>,
}

impl Journal {
    pub(super) fn open(path: Option<&Path>) -> io::Result<(Self, Vec<Entry>)> {
        let Some(path) = path else { return Ok((Self::default(), Vec::new())) };
        let known = if path.exists() { std::fs::read(path)? } else { Vec::new() };
        let (mut entries, mut rest) = (Vec::new(), &known[..]);
        while let Some(entry) = entry(&mut rest) {
            entries.push(entry);
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        // Of what was written when it was killed the end may be missing.
        file.set_len((known.len() - rest.len()) as u64)?;
        Ok((Self { file: Some(file), unwritten: Vec::new() }, entries))
    }

    pub(super) fn note(&mut self, kind: u8, place: (&str, &str), message: (MessageName, &[u8])) {
        if self.file.is_none() {
            return;
        }
        self.unwritten.push(kind);
        for part in [place.0.as_bytes(), place.1.as_bytes(), &message.0, message.1] {
            self.unwritten.extend((part.len() as u32).to_be_bytes());
            self.unwritten.extend(part);
        }
    }

    /// What the system has survives the process.
    pub(super) fn write(&mut self) {
        if let Some(file) = &mut self.file {
            file.write_all(&self.unwritten).unwrap();
            self.unwritten.clear();
        }
    }
}

fn part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, more) = rest.split_first_chunk()?;
    let (part, more) = more.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    *rest = more;
    Some(part)
}

fn entry(rest: &mut &[u8]) -> Option<Entry> {
    let mut ahead = *rest;
    let (kind, more) = ahead.split_first()?;
    ahead = more;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (topic, channel) = (text(part(&mut ahead)?), text(part(&mut ahead)?));
    let name = part(&mut ahead)?.try_into().ok()?;
    let content = part(&mut ahead)?.to_vec();
    *rest = ahead;
    Some(Entry { kind: *kind, topic, channel, name, content })
}
