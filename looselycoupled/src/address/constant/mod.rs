//! Names and messages about them while the program is compiled: the compiler can neither allocate nor call most of the library.

mod key;
mod near;
mod text;

pub use key::NameKey;
pub(crate) use near::{Near, contains};
pub(crate) use text::{Text, same};
