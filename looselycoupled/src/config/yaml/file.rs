//! Configuration files: reading, and writing without ever leaving half a file.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::compose::compose;
use super::events::Beside;
use super::patch::patch;
use super::replace::replace;
use super::write;
use crate::config::error::ConfigError;
use crate::config::fault::{Fault, FaultKind};
use crate::config::node::{Node, NodeValue};
use crate::config::source::{Source, Span};
use crate::config::tree::Config;

/// Larger files are refused.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What became of a file that was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "comments and aliases may have been lost, which somebody should be told"]
pub struct Saved {
    comments_lost: usize,
    aliases_lost: usize,
}

impl Saved {
    /// How many comments of the former file are not in the new one.
    #[must_use]
    pub const fn comments_lost(self) -> usize {
        self.comments_lost
    }

    /// How many aliases (`*name`, also behind `<<`) of the former file are written out in the new one: what they stood
    /// for is no longer shared, and a change of it must be made at each place.
    #[must_use]
    pub const fn aliases_lost(self) -> usize {
        self.aliases_lost
    }
}

impl Config {
    /// Reads a configuration from text; `name` stands for the file in errors.
    ///
    /// # Errors
    ///
    /// The text is no YAML, or no map; a key stands twice; a limit is exceeded: 64 levels, and 200,000 values or 32 MiB of
    /// text, where aliases and merge keys count as what they stand for.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::config::Config;
    ///
    /// # fn main() -> Result<(), looselycoupled::config::ConfigError> {
    /// let config = Config::parse("gpio: { lines: [door, bell] }", "config.yaml")?;
    /// assert_eq!(config.get::<String>("gpio.lines.1")?.as_deref(), Some("bell"));
    ///
    /// let error = Config::parse("gpio: [door", "config.yaml").unwrap_err();
    /// assert!(error.to_string().contains("config.yaml:1:"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        let mut config = Self::new();
        config.source = Source::new(name, text.strip_prefix('\u{FEFF}').unwrap_or(text));
        let root = compose(&config.source)?;
        config.with_root(root)
    }

    /// Reads a configuration file; an absent one is an empty configuration, which [`save`](Self::save)
    /// creates.
    ///
    /// # Errors
    ///
    /// As [`load_existing`](Self::load_existing), except that the file may be absent.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        match read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut config = Self::new();
                config.source = Source::new(&path.display().to_string(), "");
                config.path = Some(path.to_owned());
                Ok(config)
            }
            bytes => Self::from_bytes(bytes, path),
        }
    }

    /// Reads a configuration file that has to be there.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is larger than 16 MiB, is not UTF-8, or is refused by [`parse`](Self::parse).
    pub fn load_existing(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        Self::from_bytes(read(path), path)
    }

    /// Takes a tree as its own; what is no map is no configuration.
    fn with_root(mut self, root: Node) -> Result<Self, ConfigError> {
        if root.is_null() {
            return Ok(self);
        }
        if !matches!(root.value, NodeValue::Map(_)) {
            let message = format!("a configuration is a map of sections, not {}", root.shape());
            return Err(Fault::new(FaultKind::Value, message).at(&self.source, root.span).into());
        }
        self.root = root;
        Ok(self)
    }

    fn from_bytes(bytes: io::Result<Vec<u8>>, path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let bytes = bytes.map_err(|error| unreadable(error, &name))?;
        if bytes.len() as u64 > MAX_BYTES {
            let message = format!("the file is larger than {MAX_BYTES} bytes");
            return Err(Fault::new(FaultKind::Limit, message).in_file(&name).into());
        }
        let text = String::from_utf8(bytes).map_err(|error| no_text(&error, &name))?;
        let mut config = Self::parse(&text, &name)?;
        config.path = Some(path.to_owned());
        Ok(config)
    }

    /// Writes the configuration to its file, whether it changed or not.
    ///
    /// The file is replaced as a whole or not at all, and keeps its permissions. Sections that did not change
    /// keep their comments and layout; [`Saved`] tells how many comments and aliases were lost elsewhere.
    ///
    /// # Errors
    ///
    /// The configuration has no file, the file cannot be written, or others have changed it since it was read: nothing is
    /// overwritten that nobody here has seen.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::config::Config;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let path = std::env::temp_dir().join(format!("looselycoupled-save-{}.yaml", std::process::id()));
    /// std::fs::write(&path, "lamp:\n  level: 40 # percent\n")?;
    /// let mut config = Config::load(&path)?;
    /// config.set("lamp.level", 80)?;
    /// let saved = config.save()?;
    /// assert_eq!(saved.comments_lost(), 0);
    /// assert_eq!(std::fs::read_to_string(&path)?, "lamp:\n  level: 80 # percent\n");
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn save(&mut self) -> Result<Saved, ConfigError> {
        let Some(path) = self.path.clone() else {
            let message = "the configuration has no file to be saved to";
            return Err(Fault::new(FaultKind::Unwritable, message).into());
        };
        let is_file = fs::metadata(&path).is_ok_and(|about| about.is_file());
        let is_ours = |bytes: Vec<u8>| without_mark(&bytes) == self.source.text().as_bytes();
        if is_file && !read(&path).is_ok_and(is_ours) {
            let message = "the configuration file was changed by others since it was read; load it again, or save to another file";
            let fault = Fault::new(FaultKind::Unwritable, message);
            return Err(fault.in_file(&path.display().to_string()).into());
        }
        self.write_to(&path)
    }

    fn write_to(&mut self, path: &Path) -> Result<Saved, ConfigError> {
        let name = path.display().to_string();
        let (source, root) = self.rendered(&name)?;
        replace(path, source.text().as_bytes()).map_err(|error| {
            let message = format!("the configuration cannot be written: {error}");
            Fault::new(FaultKind::Unwritable, message).in_file(&name).caused_by(error)
        })?;
        let (before, after) = (Beside::of(&self.source), Beside::of(&source));
        (self.root, self.source, self.changed) = (root, source, false);
        Ok(Saved {
            comments_lost: before.comments.saturating_sub(after.comments),
            aliases_lost: before.aliases.saturating_sub(after.aliases),
        })
    }

    /// The text to be written, and the tree that it was proved to say.
    fn rendered(&self, name: &str) -> Result<(Source, Node), ConfigError> {
        if let Some(text) = patch(&self.source, &self.root) {
            let source = Source::new(name, &text);
            if let Ok(root) = compose(&source)
                && root == self.root
            {
                return Ok((source, root));
            }
        }
        let source = Source::new(name, &write::document(&self.root));
        let root = compose(&source)?;
        if root == self.root {
            return Ok((source, root));
        }
        let message = "the configuration cannot be written so that it reads the same";
        Err(Fault::new(FaultKind::Unwritable, message).in_file(name).into())
    }

    /// Writes the configuration to its file if something changed.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save).
    pub fn save_if_changed(&mut self) -> Result<Option<Saved>, ConfigError> {
        if self.changed { self.save().map(Some) } else { Ok(None) }
    }

    /// Writes the configuration to another file, which is its own from then on.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save); the former file stays its own then.
    pub fn save_as(&mut self, path: impl AsRef<Path>) -> Result<Saved, ConfigError> {
        let saved = self.write_to(path.as_ref())?;
        self.path = Some(path.as_ref().to_owned());
        Ok(saved)
    }
}

/// The bytes of a text but for a mark at their beginning.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A device or a pipe may never end, so the limit holds while reading.
    fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(error: io::Error, name: &str) -> ConfigError {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "the configuration file does not exist".to_owned(),
        io::ErrorKind::IsADirectory => "the configuration file is a directory".to_owned(),
        _ => format!("the configuration file cannot be read: {error}"),
    };
    Fault::new(FaultKind::Unreadable, message).in_file(name).caused_by(error).into()
}

fn no_text(error: &std::string::FromUtf8Error, name: &str) -> ConfigError {
    let (good, _) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
    let good = String::from_utf8_lossy(good);
    let (line, last) = lines(&good).enumerate().last().unwrap_or((0, ""));
    let span = Span { line: line + 1, column: last.chars().count() + 1, width: 1 };
    let source = Source::new(name, &String::from_utf8_lossy(error.as_bytes()));
    let fault = Fault::new(FaultKind::Unreadable, "the configuration file is not UTF-8 text");
    fault.at(&source, Some(span)).into()
}

/// Lines as YAML counts them: `\n`, `\r\n` and a lone `\r` each end one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
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
