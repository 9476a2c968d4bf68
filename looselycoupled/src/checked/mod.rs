//! Names that the compiler checks: what `app!`, `exec!`, `enqueue!` and `emit!` expand to.
//!
//! A name becomes an index by constant evaluation ([`names`]), an index inside of a const argument becomes a type, and the type
//! says the rest: parameters, results, fields. What is left at run time is an index.

mod announce;
mod events;
mod names;
mod table;
mod verbs;

pub use announce::{Announced, Announces, EventFields, announce_by_name, announced};
pub use events::{emission, known};
pub use names::{called, complete, given};
pub use table::{Instance, InstanceAt, InstanceOf, ListsInstances, instance};
