//! Collecting what is wrong, so that one mistake does not hide the next.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::code::FaultCode;
use super::error::Fault;
use crate::config::{Config, ConfigError};

/// So many faults of one kind are told. Each looks for its near miss among all names, which takes its time.
pub(super) const MOST: usize = 100;

/// Something that the check finds.
pub(super) trait Finding {
    type Code: Copy + Eq + Hash;

    fn new(code: Self::Code, message: String) -> Self;
    fn message(&mut self) -> &mut String;
    /// What findings of a kind are, in the plural.
    fn title(code: Self::Code) -> &'static str;
}

/// Findings in the order in which they were made, each once.
pub(super) struct Findings<F: Finding> {
    list: Vec<F>,
    known: HashSet<String>,
    /// Of which kinds there are some, and how many.
    kinds: HashMap<F::Code, Kind>,
}

/// Those with which nothing starts.
pub(super) type Faults = Findings<Fault>;

/// Findings of one kind.
#[derive(Default)]
struct Kind {
    count: usize,
    /// Where the list says how many are not told.
    summary: Option<usize>,
}

impl<F: Finding> Default for Findings<F> {
    fn default() -> Self {
        Self { list: Vec::new(), known: HashSet::new(), kinds: HashMap::new() }
    }
}

impl<F: Finding> Findings<F> {
    /// Adds one. There may be very many of a kind: the first of them are told, the rest is counted.
    pub(super) fn add(&mut self, code: F::Code, message: impl FnOnce() -> String) {
        let Kind { count, summary } = self.kinds.entry(code).or_default();
        *count += 1;
        let Some(more) = count.checked_sub(MOST).filter(|more| *more > 0) else {
            let message = message();
            // Two modules of one name read one section.
            if self.known.insert(message.clone()) {
                self.list.push(F::new(code, message));
            }
            return;
        };
        let message = format!("… and {more} more {}", F::title(code));
        match summary.and_then(|summary| self.list.get_mut(summary)) {
            Some(finding) => *finding.message() = message,
            None => {
                *summary = Some(self.list.len());
                self.list.push(F::new(code, message));
            }
        }
    }

    pub(super) fn into_list(self) -> Vec<F> {
        self.list
    }
}

impl Finding for Fault {
    type Code = FaultCode;

    fn new(code: FaultCode, message: String) -> Self {
        Self { code, message }
    }

    fn message(&mut self) -> &mut String {
        &mut self.message
    }

    fn title(code: FaultCode) -> &'static str {
        code.title()
    }
}

impl Faults {
    /// Each of the faults of a configuration is one to mend.
    pub(super) fn keep_read<T>(&mut self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|error| self.add_all(error)).ok()
    }

    fn add_all(&mut self, error: ConfigError) {
        for fault in error.into_faults() {
            self.add(FaultCode::of(fault.kind()), || fault.to_string());
        }
    }
}

/// A message with the place of a key, whose names may have dots in them, or without one where code said what is wrong.
pub(super) fn at_key(config: &Config, parts: &[&str], message: &str, near: Option<&str>) -> String {
    if let Some(fault) = config.fault_at_parts(parts, message, near) {
        return fault.to_string();
    }
    near.map_or_else(|| message.to_owned(), |near| format!("{message}; did you mean `{near}`?"))
}
