//! The configuration as a list of single values, for whoever shows it.

use super::node::{Entry, Node, NodeValue};
use super::tree::{Config, Position};

/// A single value of a configuration, or a list or map without content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigEntry {
    /// The keys that lead there, joined by dots; items of lists are numbered from 0: `gpio.lines.3`.
    pub path: String,
    /// The value as it was written, without quotes; `null` where there is none, `{}` and `[]` for what is empty.
    pub value: String,
    /// Where its key stands, or the item of a list; `None` if it was set by code.
    pub position: Option<Position>,
    /// Whether it should not be shown, as far as its [path](Config::is_secret) says.
    pub is_secret: bool,
}

/// The last words of keys whose values are secret.
const SECRET: &[&str] = &[
    "credential",
    "credentials",
    "hash",
    "key",
    "keys",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "secret",
    "secrets",
    "token",
    "tokens",
];

impl Config {
    /// All single values, in the order of the file.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::config::Config;
    ///
    /// # fn main() -> Result<(), looselycoupled::config::ConfigError> {
    /// let mut config = Config::new();
    /// config.set("prometheus.port", 9464)?;
    /// config.set("prometheus.password", "swordfish")?;
    /// config.set("gpio.lines", ["door", "bell"])?;
    ///
    /// let shown = config.entries().into_iter().map(|entry| {
    ///     format!("{}: {}", entry.path, if entry.is_secret { "***" } else { &entry.value })
    /// });
    /// let expected = ["prometheus.port: 9464", "prometheus.password: ***", "gpio.lines.0: door", "gpio.lines.1: bell"];
    /// assert_eq!(shown.collect::<Vec<_>>(), expected);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn entries(&self) -> Vec<ConfigEntry> {
        let mut found = Vec::new();
        below(&mut found, "", self.root.entries());
        found
    }

    /// Whether the value under this path should not be shown to people, as far as its keys say.
    ///
    /// It should not if the last word of the last key is `password`, `passwd`, `passphrase`, `secret`, `token`, `key`, `credentials` or
    /// `hash`, or the plural of one: `api_key`, `access-token`, `privateKey`, `PASSWORD`, but not `key_file`. What lies below such a
    /// key of a section is secret as well, so all items of a list are. Other keys may hold secrets too, such as a URL with a password.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::config::Config;
    ///
    /// assert!(Config::is_secret("prometheus.password") && Config::is_secret("web.api_keys.0"));
    /// assert!(!Config::is_secret("prometheus.password_file") && !Config::is_secret("keyboard.layout"));
    /// ```
    #[must_use]
    pub fn is_secret(path: &str) -> bool {
        let mut keys = path.split('.');
        // The first is the name of an instance, which is about the instance, unless it leads to a value at once.
        let section = keys.next().unwrap_or_default();
        let mut below = keys.peekable();
        if below.peek().is_none() { names_a_secret(section) } else { below.any(names_a_secret) }
    }
}

fn below(found: &mut Vec<ConfigEntry>, path: &str, entries: &[Entry]) {
    for entry in entries {
        let path = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        add(found, path, &entry.node, entry.span.map(Position::from));
    }
}

fn add(found: &mut Vec<ConfigEntry>, path: String, node: &Node, position: Option<Position>) {
    let value = match &node.value {
        NodeValue::Map(entries) if !entries.is_empty() => return below(found, &path, entries),
        NodeValue::List(items) if !items.is_empty() => {
            let numbered = items.iter().enumerate();
            return numbered.for_each(|(place, item)| {
                add(found, format!("{path}.{place}"), item, item.span.map(Position::from));
            });
        }
        NodeValue::Map(_) => "{}".to_owned(),
        NodeValue::List(_) => "[]".to_owned(),
        NodeValue::Scalar(scalar) => scalar.as_str().to_owned(),
    };
    let is_secret = Config::is_secret(&path);
    found.push(ConfigEntry { path, value, position, is_secret });
}

pub(super) fn names_a_secret(key: &str) -> bool {
    let is_secret = |word: &str| SECRET.iter().any(|known| word.eq_ignore_ascii_case(known));
    is_secret(key) || is_secret(last_word(key))
}

/// Words are separated by `_` and `-`, or begin with a capital.
fn last_word(key: &str) -> &str {
    let word = key.rsplit(['_', '-']).next().unwrap_or(key);
    let humps = word.char_indices().zip(word.char_indices().skip(1));
    let begins = humps.filter(|((_, before), (_, letter))| before.is_lowercase() && letter.is_uppercase());
    begins.last().map_or(word, |(_, (place, _))| word.get(place..).unwrap_or(word))
}
