//! Collecting what is wrong, so that one mistake does not hide the next.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use super::error::Fault;
use crate::config::{self, Config, ConfigError, FaultKind};

/// So many faults of one kind are told. Each looks for its near miss among all names, which takes its time.
pub(super) const MOST: usize = 100;

/// Faults in the order in which they were found, each once.
#[derive(Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
    known: HashSet<String>,
    /// Of which kinds there may be many, and how many there are.
    kinds: HashMap<&'static str, Kind>,
}

/// Faults of one kind.
#[derive(Default)]
struct Kind {
    count: usize,
    /// Where the list says how many are not told.
    summary: Option<usize>,
}

impl Faults {
    pub(super) fn add(&mut self, message: impl Into<String>) {
        let message = message.into();
        // Two modules of one name read one section.
        if self.known.insert(message.clone()) {
            self.list.push(Fault { message });
        }
    }

    pub(super) fn keep<T, E: Display>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(error.to_string())).ok()
    }

    /// Each of the faults of a configuration is one to mend.
    pub(super) fn keep_read<T>(&mut self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|error| self.add_all(error)).ok()
    }

    fn add_all(&mut self, error: ConfigError) {
        error
            .into_faults()
            .into_iter()
            .for_each(|fault| self.add_of_kind(kind(&fault), || fault.to_string()));
    }

    /// Adds one of a kind of which there may be very many: the first of them are told, the rest is counted.
    pub(super) fn add_of_kind(&mut self, kind: &'static str, message: impl FnOnce() -> String) {
        let Kind { count, summary } = self.kinds.entry(kind).or_default();
        *count += 1;
        let Some(more) = count.checked_sub(MOST).filter(|more| *more > 0) else { return self.add(message()) };
        let message = format!("… and {more} more {kind}");
        match summary.and_then(|summary| self.list.get_mut(summary)) {
            Some(fault) => fault.message = message,
            None => {
                *summary = Some(self.list.len());
                self.list.push(Fault { message });
            }
        }
    }

    pub(super) fn into_list(self) -> Vec<Fault> {
        self.list
    }
}

/// What faults of a file are called when there are too many of them to be told one by one.
fn kind(fault: &config::Fault) -> &'static str {
    match fault.kind() {
        FaultKind::UnknownKey => "keys that nobody reads",
        FaultKind::MissingKey => "keys that are needed",
        FaultKind::DuplicateKey => "keys that stand twice",
        FaultKind::Value => "values that are not what their readers ask for",
        FaultKind::Unreadable
        | FaultKind::Unwritable
        | FaultKind::Syntax
        | FaultKind::Limit
        | FaultKind::Path => "faults of the configuration",
    }
}

/// A message with the place of a key, whose names may have dots in them, or without one where code said what is wrong.
pub(super) fn at_key(config: &Config, parts: &[&str], message: &str, near: Option<&str>) -> String {
    if let Some(fault) = config.fault_at_parts(parts, message, near) {
        return fault.to_string();
    }
    near.map_or_else(|| message.to_owned(), |near| format!("{message}; did you mean `{near}`?"))
}
