//! The part of a configuration that belongs to one module instance.

use serde::de::DeserializeOwned;

use super::error::ConfigError;
use super::fault::Fault;
use super::node::Node;
use super::read;
use super::tree::{Config, Position};

/// One section, present or not.
///
/// # Examples
///
/// ```
/// use looselycoupled::config::Config;
///
/// #[derive(serde::Deserialize)]
/// #[serde(default)]
/// struct LampConfig {
///     max_level: u8,
/// }
///
/// impl Default for LampConfig {
///     fn default() -> Self {
///         Self { max_level: 100 }
///     }
/// }
///
/// # fn main() -> Result<(), looselycoupled::config::ConfigError> {
/// let config = Config::new();
/// let lamp: LampConfig = config.section("hall_lamp").read()?;
/// assert_eq!(lamp.max_level, 100);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    config: &'a Config,
    name: &'a str,
}

impl<'a> Section<'a> {
    pub(crate) const fn new(config: &'a Config, name: &'a str) -> Self {
        Self { config, name }
    }

    /// The name of the section, which is that of the instance.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Whether the configuration has the section.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.config.root.entry(self.name).is_some()
    }

    /// Where the section begins, if it comes from a file.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.config.root.entry(self.name)?.span.map(Position::from)
    }

    /// Its keys, and where each stands if it comes from a file; none if it is no map.
    pub fn keys(&self) -> impl Iterator<Item = (&'a str, Option<Position>)> {
        let entries = self.node().map_or(&[][..], Node::entries);
        entries.iter().map(|entry| (entry.key.as_str(), entry.span.map(Position::from)))
    }

    /// Whether there is anything to read: neither no section nor an empty one.
    pub(crate) fn says_something(&self) -> bool {
        self.node().is_some_and(|node| !node.is_null() && node.value != Node::empty_map().value)
    }

    /// Reads the whole section; an absent one reads like an empty map.
    ///
    /// Keys that `T` does not know are refused, at every level and all at once. Only where serde buffers
    /// values before it gives them to a type they cannot be told from known ones: below `#[serde(flatten)]`,
    /// `#[serde(untagged)]` and `#[serde(tag = "…")]`. Such a type should carry
    /// `#[serde(deny_unknown_fields)]`, which is then reported alike; its texts need quotes where YAML sees a
    /// number, and its truth values are `true` and `false` only.
    ///
    /// # Errors
    ///
    /// Every unknown key, every value that is not what its reader asks for, and of each struct the first key that is
    /// missing.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let absent = Node::null();
        read::read(self.node().unwrap_or(&absent), self.name, &self.config.source)
    }

    /// What can be read of the section without what is wrong with it, and everything that is.
    pub(crate) fn read_partly<T: DeserializeOwned>(&self) -> (Option<T>, Vec<Fault>) {
        let absent = Node::null();
        read::read_partly(self.node().unwrap_or(&absent), self.name, &self.config.source)
    }

    fn node(&self) -> Option<&'a Node> {
        self.config.root.entry(self.name).map(|entry| &entry.node)
    }
}

/// What a section can be read as: everything that is `DeserializeOwned`.
// The trait of serde is no part of its head: rustc would miss that one, with a list of types that have it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a configuration",
    label = "needs `Deserialize`",
    note = "derive it: `#[derive(Debug, Deserialize)]`"
)]
pub trait FromSection: Sized {
    #[doc(hidden)]
    fn from_section(section: Section<'_>) -> Result<Self, ConfigError>;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> FromSection for T {
    fn from_section(section: Section<'_>) -> Result<Self, ConfigError> {
        section.read()
    }
}
