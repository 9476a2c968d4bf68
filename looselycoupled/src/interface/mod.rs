//! Interfaces: traits of which a caller holds the stub, and which modules implement by their tasks.
//!
//! Compile time: the macros of an interface and of a module know nothing of each other, so each writes down what it has, and
//! the compiler compares: names by evaluating constants (`agreement`), types by bounds (`types`). Run time: a task that
//! belongs to an interface has an entry with its types (`entry`), which a stub looks up once.

mod agreement;
mod bind;
mod entry;
mod method;
mod types;

pub use agreement::{has_all, same_name, same_version, takes};
pub use entry::{MethodElsewhere, TypedEntry};
pub use method::Method;
pub use types::{Agrees, Elsewhere, RESULT, TypeAt, TypeProbe, method_number, parameter_place, value_place};
