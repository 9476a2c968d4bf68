//! Collecting what is wrong, so that one mistake does not hide the next.

use std::collections::HashSet;
use std::fmt::Display;

use super::error::Fault;
use crate::config::{Config, ConfigError};

/// So many faults of one kind are told. Each looks for its near miss among all names, which takes its time.
pub(super) const MOST: usize = 100;

/// Faults in the order in which they were found, each once.
#[derive(Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
    known: HashSet<String>,
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
        error.into_faults().into_iter().for_each(|fault| self.add(fault.to_string()));
    }

    /// Says that there are further faults of a kind of which the first have been told.
    pub(super) fn add_more(&mut self, more: usize, of_what: &str) {
        if more > 0 {
            self.add(format!("… and {more} more {of_what}"));
        }
    }

    pub(super) fn into_list(self) -> Vec<Fault> {
        self.list
    }
}

/// A message with the place of a key, or without one where code said what is wrong.
pub(super) fn at_key(config: &Config, path: &str, message: &str, near: Option<&str>) -> String {
    if config.contains(path) {
        return config.fault_at_key(path, message, near).to_string();
    }
    near.map_or_else(|| message.to_owned(), |near| format!("{message}; did you mean `{near}`?"))
}
