//! Configuration: a tree of named sections, read by type, with errors that show file, line and key.
//!
//! A [`Config`] is made by code or read from YAML (feature `yaml`). Each module instance reads the
//! [`Section`] of its own name into a struct; keys that the struct does not know are refused. Scalars keep
//! the text that was written, so the wanted type decides what it means: `on` is true for a `bool` and `on`
//! for a `String`.

pub mod duration;
mod entries;
mod error;
mod fault;
mod leaves;
mod node;
mod path;
mod read;
mod scalar;
#[cfg(any(
    feature = "amqp",
    feature = "nsq",
    feature = "prometheus",
    feature = "stomp",
    feature = "tls",
    feature = "web"
))]
mod secret_file;
mod section;
mod snippet;
mod source;
#[cfg(test)]
mod tests;
mod tree;
#[cfg(feature = "yaml")]
mod yaml;

pub use error::ConfigError;
pub use fault::{Fault, FaultKind};
pub use leaves::ConfigEntry;
#[cfg(any(
    feature = "amqp",
    feature = "nsq",
    feature = "prometheus",
    feature = "stomp",
    feature = "tls",
    feature = "web"
))]
pub(crate) use secret_file::tell_if_others_may_read;
pub use section::{FromSection, Section};
pub use tree::{Config, Position};
#[cfg(feature = "yaml")]
pub use yaml::Saved;
