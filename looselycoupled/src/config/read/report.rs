//! What a typed read finds out besides its value.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use super::error::{Problem, ReadError};
use super::left_out::LeftOut;
use crate::address::{nearest, quoted};
use crate::config::fault::{Fault, FaultKind, in_section};
use crate::config::node::{Entry, Node};
use crate::config::source::{Source, Span};

/// The way from where the read began to a value; spelled out for errors only.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trail<'t> {
    Root(&'t str),
    Key(&'t Self, &'t str),
    Index(&'t Self, usize),
}

impl Trail<'_> {
    pub(crate) fn path(&self) -> String {
        let (before, part) = match self {
            Self::Root(path) => return (*path).to_owned(),
            Self::Key(before, key) => (before.path(), (*key).to_owned()),
            Self::Index(before, index) => (before.path(), index.to_string()),
        };
        if before.is_empty() { part } else { format!("{before}.{part}") }
    }
}

/// So many unknown keys, and so many errors, are told one by one.
const MOST: usize = 100;

/// So many values are read once more in search of further errors.
const MOST_READ_AGAIN: usize = 1_000_000;

/// Gathers what is wrong while a read goes on.
#[derive(Debug)]
pub(crate) struct Report<'s> {
    source: &'s Source,
    unknown: RefCell<Vec<Unknown>>,
    /// Sections and keys, also of those that are not told one by one.
    known: RefCell<HashSet<(String, String)>>,
    errors: RefCell<Vec<ReadError>>,
    /// There are more errors than these.
    gave_up: Cell<bool>,
    left_out: RefCell<LeftOut>,
    /// How many values have been read once more.
    read_again: Cell<usize>,
}

#[derive(Debug)]
struct Unknown {
    section: String,
    key: String,
    span: Option<Span>,
    suggestion: Option<&'static str>,
}

impl<'s> Report<'s> {
    pub(crate) fn new(source: &'s Source) -> Self {
        Self {
            source,
            unknown: RefCell::default(),
            known: RefCell::default(),
            errors: RefCell::default(),
            gave_up: Cell::new(false),
            left_out: RefCell::default(),
            read_again: Cell::new(0),
        }
    }

    /// Notes a key that nobody reads, once.
    pub(crate) fn unknown(&self, section: &Trail<'_>, entry: &Entry, known: &[&'static str]) {
        let section = section.path();
        let is_new = self.known.borrow_mut().insert((section.clone(), entry.key.clone()));
        let mut unknown = self.unknown.borrow_mut();
        if !is_new || unknown.len() == MOST {
            return;
        }
        let suggestion = nearest(&entry.key, known.iter().copied())
            .and_then(|name| known.iter().find(|other| **other == name).copied());
        unknown.push(Unknown { section, key: entry.key.clone(), span: entry.span, suggestion });
    }

    /// What an error calls a value of the wrong shape.
    pub(crate) fn describe(&self, node: &Node) -> String {
        if let [entry] = node.entries()
            && entry.span.is_some_and(|span| self.source.starts_with(span, '!'))
        {
            return format!("the tag {}", quoted(&format!("!{}", entry.key)));
        }
        node.shape().to_owned()
    }

    /// Whether a value is to be passed over, since it is known to be wrong.
    pub(crate) fn leaves_out(&self, trail: &Trail<'_>) -> bool {
        let left_out = self.left_out.borrow();
        if left_out.is_empty() {
            return false;
        }
        self.read_again.set(self.read_again.get() + 1);
        left_out.contains(trail)
    }

    /// Notes why a read gave up; false if reading once more would bring nothing new.
    pub(crate) fn note(&self, error: ReadError, root: &str) -> bool {
        let (mut left_out, mut errors) = (self.left_out.borrow_mut(), self.errors.borrow_mut());
        let is_new = !left_out.explains(&error);
        let goes_on = left_out.add(&error, root);
        // Each costs a read of everything before it.
        let is_over = self.read_again.get() > MOST_READ_AGAIN;
        if is_new && (is_over || errors.len() == MOST) {
            self.gave_up.set(true);
            return false;
        }
        if is_new {
            errors.push(error);
        }
        goes_on && !is_over
    }

    /// What was found below the path where the read began.
    pub(crate) fn into_faults(self, root: &str) -> Vec<Fault> {
        let (unknown, mut errors) = (self.unknown.into_inner(), self.errors.into_inner());
        let more = self.known.into_inner().len() - unknown.len();
        errors.retain(|error| !unknown.iter().any(|unknown| unknown.explains(error)));
        let told = unknown.iter().map(|unknown| unknown.fault(self.source));
        let mut faults: Vec<Fault> =
            told.chain(errors.into_iter().map(|error| error.into_fault(self.source))).collect();
        if self.gave_up.get() {
            faults.push(Fault::more(format!("more wrong values{}", in_section(root)), self.source));
        }
        if more > 0 {
            faults.push(Fault::more(format!("{more} more unknown keys{}", in_section(root)), self.source));
        }
        faults
    }
}

impl Unknown {
    fn fault(&self, source: &Source) -> Fault {
        let Self { section, key, span, suggestion } = self;
        let path = if section.is_empty() { key.clone() } else { format!("{section}.{key}") };
        Fault::new(FaultKind::UnknownKey, format!("unknown key {}{}", quoted(key), in_section(section)))
            .at(source, *span)
            .key_path(path)
            .suggest(*suggestion)
    }

    /// A misspelt key is missing under its right name, too: that need not be said twice.
    fn explains(&self, error: &ReadError) -> bool {
        let Some(spot) = error.spot() else { return false };
        match error.problem() {
            Problem::MissingKey(key) => self.suggestion == Some(*key) && spot.path == self.section,
            Problem::UnknownKey { key, .. } => self.key == *key && spot.path == self.section,
            _ => false,
        }
    }
}
