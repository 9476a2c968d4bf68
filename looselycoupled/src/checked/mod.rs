//! Names that the compiler checks: what `app!`, `exec!`, `enqueue!` and `emit!` expand to.
//!
//! All names of a use are checked by one constant ([`names`]), since each is dear to the compiler. What it
//! comes to is the place of an instance, which inside of a const argument becomes a type. Tasks, parameters and fields are fields of
//! structs that the macros have made, so the compiler finds these by itself; of an event, which may be known by its type alone, a second constant is the number. What is
//! left at run time is an index.

mod announce;
mod events;
mod names;
mod table;
mod verbs;

pub use announce::{Announced, Announces, EventFields, announce_by_name, announced};
pub use events::{emission, known, whole, with};
pub use names::{called, complete, given};
pub use table::{Instance, InstanceAt, InstanceOf, ListsInstances, instance};
