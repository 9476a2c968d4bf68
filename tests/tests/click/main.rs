//! Buttons: from the changes of a simulated GPIO line to what was meant.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails fails its test")]

mod configuration;
mod pushes;
