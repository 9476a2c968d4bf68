//! What users typed, read but not judged.
//!
//! Bodies stay raw tokens, so that half-typed code survives and nothing is parsed that nobody looks at.
//! The only complaints made here are about text that is no Rust, or no option, at all.

mod app;
mod attribute;
mod block;
mod checked;
mod lints;
mod method;
mod options;
mod registration;
mod strip;

pub(crate) use app::{AppList, Listed};
pub(crate) use attribute::{Marker, MarkerKind, arguments_of};
pub(crate) use block::{Block, Item};
pub(crate) use checked::{CheckedVerb, Given};
pub(crate) use method::Method;
pub(crate) use options::{Form, Grammar, Options, pieces};
pub(crate) use registration::Registration;
pub(crate) use strip::without_markers_inside;
