//! The text a configuration came from, for errors that show the line.

use std::sync::Arc;

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
pub(crate) struct Source(pub(crate) Option<Arc<(Arc<str>, String)>>);

impl Source {
    /// No file: everything was set by code.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    pub(crate) fn name(&self) -> Option<Arc<str>> {
        self.0.as_deref().map(|(name, _)| Arc::clone(name))
    }

    pub(crate) fn text(&self) -> &str {
        self.0.as_deref().map_or("", |(_, text)| text)
    }

    /// What an error needs to show a range.
    pub(crate) fn place(&self, span: Span) -> Place {
        let text = lines(self.text()).nth(span.line.saturating_sub(1)).unwrap_or_default();
        Place { line: span.line, column: span.column, width: span.width, text: text.to_owned() }
    }

    /// Whether the text at a range starts with a character.
    pub(crate) fn starts_with(&self, span: Span, wanted: char) -> bool {
        let line = lines(self.text()).nth(span.line.saturating_sub(1));
        line.and_then(|line| line.chars().nth(span.column.saturating_sub(1))) == Some(wanted)
    }
}

/// Lines as YAML counts them: `\n`, `\r\n` and a lone `\r` each end one.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let (line, after) = text.split_at(end);
        rest = Some(after.strip_prefix("\r\n").unwrap_or_else(|| &after[1..]));
        Some(line)
    })
}
