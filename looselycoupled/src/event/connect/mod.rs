//! Wiring from outside: events of one module that go to a task of another, or are sent again in its name.

mod disconnect;
mod fit;
mod forward;
mod inspect;
mod lay;
mod verbs;
mod wire;

pub(super) use forward::forward;
pub(crate) use inspect::{Fitting, Inspector, Modules};
pub use wire::Wire;
