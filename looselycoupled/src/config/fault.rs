//! One mistake in a configuration, and where it stands.

use std::fmt;
use std::io;
use std::sync::Arc;

use super::snippet::{self, Place, Underline};
use super::source::{Source, Span};
use crate::address::quoted;

/// What sort of mistake a [`Fault`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// The file cannot be read.
    Unreadable,
    /// The file cannot be written.
    Unwritable,
    /// The text is no YAML, or uses a part of YAML that has no meaning here.
    Syntax,
    /// The file is too large, nested too deeply, or grows too much through its aliases; or it has more faults than are
    /// told one by one.
    Limit,
    /// One key stands twice in one map.
    DuplicateKey,
    /// Nobody reads this key.
    UnknownKey,
    /// A key that is needed is not there.
    MissingKey,
    /// A value is not what its reader asks for.
    Value,
    /// A dotted path is malformed, or leads through something that has no keys.
    Path,
}

/// One mistake, with its place in the file.
///
/// Its text is that of a compiler: message, place, source line, and what to do.
///
/// ```text
/// unknown key `prot` in section `prometheus`
///   --> config.yaml:14:3
///    |
/// 14 |   prot: 9100
///    |   ^^^^ did you mean `port`?
/// ```
#[derive(Debug, Clone)]
pub struct Fault(pub(crate) Box<Details>);

#[derive(Debug, Clone)]
pub(crate) struct Details {
    pub(crate) kind: FaultKind,
    pub(crate) message: String,
    pub(crate) file: Option<Arc<str>>,
    pub(crate) place: Option<Place>,
    pub(crate) earlier: Option<Place>,
    pub(crate) key: Option<String>,
    pub(crate) suggestion: Option<String>,
    pub(crate) label: String,
    pub(crate) cause: Option<Arc<io::Error>>,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            message: message.into(),
            file: None,
            place: None,
            earlier: None,
            key: None,
            suggestion: None,
            label: String::new(),
            cause: None,
        }))
    }

    /// Stands last, for those that are not told one by one.
    pub(crate) fn more(message: impl fmt::Display, source: &Source) -> Self {
        Self::new(FaultKind::Limit, format!("… and {message}")).at(source, None)
    }

    pub(crate) fn at(mut self, source: &Source, span: Option<Span>) -> Self {
        self.0.file = source.name();
        self.0.place = span.map(|span| source.place(span));
        self
    }

    pub(crate) fn key_path(mut self, key: impl Into<String>) -> Self {
        self.0.key = Some(key.into()).filter(|key| !key.is_empty());
        self
    }

    pub(crate) fn suggest(mut self, suggestion: Option<&str>) -> Self {
        self.0.suggestion = suggestion.map(str::to_owned);
        self
    }

    /// Stands beside the marks unless there is a suggestion.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.0.label = label.into();
        self
    }

    /// What sort of mistake it is.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        self.0.kind
    }

    /// What is wrong, in one line without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The file, under the name that was given when it was read.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The line, counted from one; `None` for what stands in no file.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.line)
    }

    /// The column, counted from one in characters.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.column)
    }

    /// The dotted path of the key that it is about.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// The name that was probably meant.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.0.suggestion.as_deref()
    }

    /// What the operating system said; its text is part of the message.
    #[must_use]
    pub fn io_error(&self) -> Option<&io::Error> {
        self.0.cause.as_deref()
    }

    fn hint(&self) -> String {
        match &self.0.suggestion {
            Some(suggestion) => format!("did you mean `{suggestion}`?"),
            None => self.0.label.clone(),
        }
    }

    fn underlines<'a>(&'a self, place: &'a Place, hint: &'a str) -> Vec<Underline<'a>> {
        let here = Underline { place, mark: '^', label: hint };
        let Some(earlier) = &self.0.earlier else { return vec![here] };
        vec![Underline { place: earlier, mark: '-', label: "first given here" }, here]
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        let hint = self.hint();
        let Some(place) = &self.0.place else {
            if !hint.is_empty() {
                write!(f, "; {hint}")?;
            }
            return self.0.file.as_ref().map_or(Ok(()), |file| write!(f, "\n --> {file}"));
        };
        let underlines = self.underlines(place, &hint);
        let gutter = underlines.iter().map(|line| line.place.line.to_string().len()).max().unwrap_or(1);
        let file = self.0.file.as_deref().unwrap_or("configuration");
        write!(f, "\n{:gutter$}--> {file}:{}:{}", "", place.line, place.column)?;
        snippet::draw(f, &underlines)
    }
}

impl std::error::Error for Fault {}

/// The end of a message about a key; nothing for keys of the whole document.
pub(crate) fn in_section(section: &str) -> String {
    if section.is_empty() { String::new() } else { format!(" in section {}", quoted(section)) }
}
