//! The text a configuration came from, for errors that show the line.

use std::sync::{Arc, OnceLock};

use super::snippet::Place;

/// A range in a source text: line and column count from one, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// Characters to underline; at least one.
    pub(crate) width: usize,
}

/// Name and text of a configuration; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Source(pub(crate) Option<Arc<File>>);

#[derive(Debug)]
pub(crate) struct File {
    name: Arc<str>,
    text: String,
    /// Where each line begins; looked for with the first fault, since there may be thousands.
    lines: OnceLock<Vec<usize>>,
}

impl File {
    #[cfg(feature = "yaml")]
    pub(crate) fn new(name: &str, text: &str) -> Self {
        Self { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A line, counted from one.
    fn line(&self, number: usize) -> &str {
        let begins = self.lines.get_or_init(|| line_begins(&self.text));
        let Some(begin) = begins.get(number.saturating_sub(1)) else { return "" };
        let end = begins.get(number).unwrap_or(&self.text.len()).to_owned();
        self.text.get(*begin..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }
}

impl Source {
    /// No file: everything was set by code.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    pub(crate) fn name(&self) -> Option<Arc<str>> {
        self.0.as_deref().map(|file| Arc::clone(&file.name))
    }

    #[cfg(feature = "yaml")]
    pub(crate) fn text(&self) -> &str {
        self.0.as_deref().map_or("", |file| &file.text)
    }

    /// What an error needs to show a range.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::new(span, self.line(span))
    }

    /// Whether the text at a range starts with a character.
    pub(crate) fn starts_with(&self, span: Span, wanted: char) -> bool {
        self.line(span).chars().nth(span.column.saturating_sub(1)) == Some(wanted)
    }

    fn line(&self, span: Span) -> &str {
        self.0.as_deref().map_or("", |file| file.line(span.line))
    }
}

fn line_begins(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = |index: &usize| match bytes[*index] {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    };
    std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|index| index + 1)).collect()
}
