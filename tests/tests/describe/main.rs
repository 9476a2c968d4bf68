//! What `Handle::describe` tells of an application, and the documents that this becomes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_arguments,
    clippy::unused_self,
    reason = "handlers that fail fail their test, and one task shows every kind of parameter"
)]

mod configuration;
mod documents;
mod escapes;
mod facts;
mod house;
mod pages;
mod schemas;
mod wiring;
