//! Modules that come with the framework, each behind a crate feature of its name.
//!
//! They use what everybody's modules use, and are listed like them.

#[cfg(feature = "prometheus")]
pub mod prometheus;
