//! The life of a module and of the application.

mod table;

pub use table::Phase;
pub(crate) use table::{Gate, Step};
