//! The sink for everything that is wrong with what a user wrote.
//!
//! Nothing returns at the first mistake: each is put here, on the token that is wrong, and all of them
//! are reported in one compile. A message says what is wrong and, behind a semicolon, what to write.

use std::cell::{Cell, RefCell};
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects mistakes until [`finish`](Self::finish) turns them into compile errors.
#[derive(Default)]
pub(crate) struct Sink {
    errors: RefCell<Vec<syn::Error>>,
    finished: Cell<bool>,
}

impl Sink {
    /// Complains about `tokens`.
    pub(crate) fn at(&self, tokens: &dyn ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Takes over an error of syn, which knows its place already.
    pub(crate) fn push(&self, error: syn::Error) {
        self.errors.borrow_mut().push(error);
    }

    /// The value of a parse, or nothing and a complaint.
    pub(crate) fn keep<T>(&self, parsed: syn::Result<T>) -> Option<T> {
        parsed.map_err(|error| self.push(error)).ok()
    }

    /// What `check` makes, unless it complained.
    pub(crate) fn sound<T>(&self, check: impl FnOnce() -> Option<T>) -> Option<T> {
        let before = self.errors.borrow().len();
        let made = check();
        made.filter(|_| before == self.errors.borrow().len())
    }

    /// Whether `check` had nothing to complain about.
    pub(crate) fn clean(&self, check: impl FnOnce()) -> bool {
        let checked = || {
            check();
            Some(())
        };
        self.sound(checked).is_some()
    }

    /// All complaints as `compile_error!` items.
    pub(crate) fn finish(&self) -> TokenStream {
        self.finished.set(true);
        self.errors.borrow().iter().map(syn::Error::to_compile_error).collect()
    }

    /// The texts of all complaints, in the order of their discovery.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.finished.set(true);
        self.errors
            .borrow()
            .iter()
            .flat_map(|error| error.clone().into_iter())
            .map(|e| e.to_string())
            .collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let forgotten = !self.finished.get() && !self.errors.borrow().is_empty();
        debug_assert!(!forgotten || std::thread::panicking(), "complaints were collected but never reported");
    }
}

/// `; did you mean …?` or nothing: the known word that is nearest to a misspelt one.
pub(crate) fn near_miss<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |candidate: &str| strsim::damerau_levenshtein(word, candidate);
    let nearest = known.into_iter().min_by_key(|candidate| distance(candidate))?;
    (distance(nearest) <= (nearest.len() / 3).max(1)).then_some(nearest)
}

/// `` `a`, `b` or `c` ``.
pub(crate) fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
