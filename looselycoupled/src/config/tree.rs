//! The configuration as a whole: look-up and change under dotted paths.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::ConfigError;
use super::fault::{Fault, FaultKind};
use super::node::{Entry, Node};
use super::path;
use super::read;
use super::section::Section;
use super::source::{Source, Span};
use crate::address::quoted;
use crate::value;

/// A configuration: named sections, each read by the module instance of that name.
///
/// Paths are keys joined by dots. A numeric part is a position in a list or a key of a map: `gpio.lines.3`.
///
/// # Examples
///
/// ```
/// use looselycoupled::config::Config;
///
/// # fn main() -> Result<(), looselycoupled::config::ConfigError> {
/// let mut config = Config::new();
/// config.set("prometheus.port", 9464)?;
/// config.set("gpio.lines", ["door", "bell"])?;
///
/// assert_eq!(config.get::<u16>("prometheus.port")?, Some(9464));
/// assert_eq!(config.get::<String>("gpio.lines.1")?.as_deref(), Some("bell"));
/// assert_eq!(config.get_or("prometheus.host", "localhost".to_owned())?, "localhost");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    /// Always a map.
    pub(crate) root: Node,
    pub(crate) source: Source,
    pub(crate) path: Option<PathBuf>,
    pub(crate) changed: bool,
}

/// A line and a column, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl From<Span> for Position {
    fn from(span: Span) -> Self {
        Self { line: span.line, column: span.column }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// A configuration without sections and without a file.
    #[must_use]
    pub const fn new() -> Self {
        Self { root: Node::empty_map(), source: Source::none(), path: None, changed: false }
    }

    /// The file that it was loaded from or saved to.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What errors call the text that it was read from: the file, or the name that [`parse`](Self::parse) was given.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.source.0.as_deref().map(|file| file.name())
    }

    /// Whether something differs from the file.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Reads the value under a path; `None` where nothing stands, or a key without a value.
    ///
    /// The empty path is the whole document.
    ///
    /// # Errors
    ///
    /// The path is malformed, or what stands there is no `T`. Unknown keys of structs are refused.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, ConfigError> {
        match self.find(path)? {
            Some(node) if !node.is_null() => read::read(node, path, &self.source).map(Some),
            _ => Ok(None),
        }
    }

    /// Reads the value under a path, or takes a default where nothing stands.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get): a value that is there but wrong is never replaced by the default.
    pub fn get_or<T: DeserializeOwned>(&self, path: &str, default: T) -> Result<T, ConfigError> {
        Ok(self.get(path)?.unwrap_or(default))
    }

    /// Whether something stands under a path, be it a key without a value.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.find(path).is_ok_and(|node| node.is_some())
    }

    /// The keys of the map under a path, in the order of the file; none if there is no map.
    pub fn keys(&self, path: &str) -> impl Iterator<Item = &str> {
        let node = self.find(path).ok().flatten();
        node.map_or(&[][..], Node::entries).iter().map(|entry| entry.key.as_str())
    }

    /// The sections and where each begins; no position for those that were set by code.
    pub fn top_level_keys(&self) -> impl Iterator<Item = (&str, Option<Position>)> {
        self.root.entries().iter().map(|entry| (entry.key.as_str(), entry.span.map(Position::from)))
    }

    /// The part of the configuration that belongs to one module instance, present or not.
    #[must_use]
    pub fn section<'a>(&'a self, name: &'a str) -> Section<'a> {
        Section::new(self, name)
    }

    /// Puts a value under a path.
    ///
    /// Missing maps are made on the way. A numeric part of a list replaces the item at that position, or
    /// appends if it is the length of the list.
    ///
    /// # Errors
    ///
    /// The path is empty or malformed, runs through a single value, or leaves a gap in a list; the value
    /// cannot be serialised, or is nested too deeply.
    pub fn set(&mut self, path: &str, value: impl Serialize) -> Result<(), ConfigError> {
        let parts = self.parts(path)?;
        if parts.is_empty() {
            return Err(self.refusal(path, "the empty path names no key"));
        }
        let value = value::encode(&value).map_err(|error| self.refusal(path, error))?;
        let node = Node::from_value(value, 1);
        let node = node.ok_or_else(|| self.refusal(path, "the value is nested too deeply"))?;
        let changed = path::set(&mut self.root, &parts, node);
        self.changed |= changed.map_err(|reason| self.refusal(path, reason))?;
        Ok(())
    }

    /// Puts a value under a path where nothing stands yet; tells whether it did.
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set).
    pub fn set_default(&mut self, path: &str, value: impl Serialize) -> Result<bool, ConfigError> {
        if self.find(path)?.is_some_and(|node| !node.is_null()) {
            return Ok(false);
        }
        self.set(path, value).map(|()| true)
    }

    /// Removes a key or an item of a list; tells whether there was one.
    pub fn delete(&mut self, path: &str) -> bool {
        let Ok(parts) = path::parts(&self.root, path) else { return false };
        let deleted = path::delete(&mut self.root, &parts);
        self.changed |= deleted;
        deleted
    }

    /// Makes an error that points at a key, for checks that only the caller can do.
    ///
    /// `suggestion` is the name that was probably meant: the text asks "did you mean" it. Where nothing stands under
    /// the path it points at nothing, but names the file.
    #[must_use]
    pub fn fault_at_key(&self, path: &str, message: impl Into<String>, suggestion: Option<&str>) -> Fault {
        let span = self.entry(path).and_then(|entry| entry.span);
        Fault::new(FaultKind::UnknownKey, message).at(&self.source, span).key_path(path).suggest(suggestion)
    }

    /// The same for a value that is wrong, which is underlined where it is a single one.
    pub(crate) fn fault_at_value(&self, path: &str, message: impl Into<String>) -> Fault {
        let span = self.find(path).ok().flatten().and_then(|node| node.span);
        Fault::new(FaultKind::Value, message).at(&self.source, span).key_path(path)
    }

    /// As [`fault_at_key`](Self::fault_at_key) for keys that may have dots in them, and items of lists; `None` where nothing
    /// stands.
    pub(crate) fn fault_at_parts(
        &self,
        parts: &[&str],
        message: &str,
        suggestion: Option<&str>,
    ) -> Option<Fault> {
        let entry = self.entry_at(parts).map(|entry| entry.span);
        let span = entry.or_else(|| path::find(&self.root, parts).map(|item| item.span))?;
        let fault = Fault::new(FaultKind::UnknownKey, message).at(&self.source, span);
        Some(fault.key_path(parts.join(".")).suggest(suggestion))
    }

    fn entry(&self, path: &str) -> Option<&Entry> {
        self.entry_at(&path::parts(&self.root, path).ok()?)
    }

    fn entry_at(&self, parts: &[&str]) -> Option<&Entry> {
        let (last, before) = parts.split_last()?;
        path::find(&self.root, before)?.entry(last)
    }

    fn find(&self, path: &str) -> Result<Option<&Node>, ConfigError> {
        let parts = self.parts(path)?;
        Ok(path::find(&self.root, &parts))
    }

    fn parts<'p>(&self, path: &'p str) -> Result<Vec<&'p str>, ConfigError> {
        path::parts(&self.root, path).map_err(|reason| self.refusal(path, reason))
    }

    fn refusal(&self, path: &str, reason: impl fmt::Display) -> ConfigError {
        let message = format!("path {} cannot be used: {reason}", quoted(path));
        Fault::new(FaultKind::Path, message).at(&self.source, None).key_path(path).into()
    }
}
