//! Names and messages about them while the program is compiled: the compiler can neither allocate nor call most of the library.

mod near;
mod text;

pub(crate) use near::{Near, contains};
pub(crate) use text::{Text, same};
