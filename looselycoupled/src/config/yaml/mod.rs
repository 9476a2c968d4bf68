//! Configurations as YAML: text and files to trees and back.
//!
//! Only `events` knows the YAML crate.

mod budget;
mod compose;
mod events;
mod file;
mod open;
mod origin;
mod patch;
mod replace;
mod write;

pub use file::Saved;
#[cfg(test)]
pub(crate) use write::document;
