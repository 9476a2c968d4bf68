//! What an event of `tracing` says, as a line.

use std::fmt::{self, Write};
use std::time::SystemTime;

use tracing::Event;
use tracing::field::{Field, Visit};

use super::line::LogLine;
use super::whose::{MODULE, names_module, running};
use crate::sync::Arc;

/// So many bytes of text a line keeps, so that there is a bound for all of them.
const LONGEST: usize = 16 * 1024;

/// The instance that a line is about or that logs it.
pub(super) fn module_of(event: &Event<'_>) -> Option<Arc<str>> {
    let mut found = Named(None);
    if names_module(event.metadata()) {
        event.record(&mut found);
    }
    found.0.map(Into::into).or_else(|| running(|module| module.cloned()))
}

/// The line, without its number.
pub(super) fn read(event: &Event<'_>) -> LogLine {
    let metadata = event.metadata();
    let mut read = Read {
        skipped: names_module(metadata).then_some(MODULE),
        room: LONGEST,
        message: String::new(),
        fields: Vec::new(),
    };
    event.record(&mut read);
    LogLine {
        sequence: 0,
        time: SystemTime::now(),
        level: *metadata.level(),
        target: metadata.target().to_owned(),
        module: module_of(event),
        message: read.message,
        fields: read.fields,
    }
}

/// The instance that a line of the framework names.
struct Named(Option<String>);

impl Visit for Named {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == MODULE {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == MODULE {
            self.0 = Some(written(format_args!("{value:?}"), LONGEST));
        }
    }
}

/// What the fields hold.
struct Read {
    skipped: Option<&'static str>,
    /// How much more text is kept.
    room: usize,
    message: String,
    fields: Vec<(String, String)>,
}

impl Read {
    fn note(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        if Some(field.name()) == self.skipped {
            return;
        }
        let value = written(value, self.room);
        self.room = self.room.saturating_sub(value.len());
        match field.name() {
            "message" => self.message = value,
            name => self.fields.push((name.trim_start_matches("r#").to_owned(), value)),
        }
    }
}

impl Visit for Read {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.note(field, format_args!("{value}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.note(field, format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.note(field, format_args!("{value:?}"));
    }
}

/// A text, or as much of it as there is room for.
fn written(text: fmt::Arguments<'_>, room: usize) -> String {
    let mut bounded = Bounded { text: String::new(), room };
    // What does not want to be written has written as much as it could.
    let _as_far_as_it_goes = bounded.write_fmt(text);
    bounded.text
}

/// Takes no more than so many bytes.
struct Bounded {
    text: String,
    room: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.room.saturating_sub(self.text.len());
        if text.len() <= room {
            self.text.push_str(text);
            return Ok(());
        }
        self.text.push_str(&text[..text.floor_char_boundary(room)]);
        self.text.push('…');
        // Whatever writes stops here.
        Err(fmt::Error)
    }
}
