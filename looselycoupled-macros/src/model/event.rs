//! An `#[event]` type.

use proc_macro2::TokenStream;
use syn::{Ident, Member, Type};

/// A type of events.
pub(crate) struct Event {
    /// The path of the runtime.
    pub(crate) runtime: TokenStream,
    /// The type.
    pub(crate) ident: Ident,
    /// The name under which it travels.
    pub(crate) name: String,
    /// The type's documentation.
    pub(crate) documentation: String,
    /// How it is built.
    pub(crate) shape: Shape,
    /// Its fields as handlers by name see them.
    pub(crate) fields: Vec<Field>,
    /// The fields of a struct with their types, unless a `#[cfg]` makes them doubtful.
    pub(crate) parts: Option<Vec<(Member, Type)>>,
    /// Its line in the source.
    pub(crate) line: u32,
    /// Providers keep it.
    pub(crate) durable: bool,
    /// All processes hear it, rather than one for each listener.
    pub(crate) broadcast: bool,
}

/// How an event's type is built.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// Named fields.
    Struct,
    /// Fields `0`, `1`, ….
    Tuple,
    /// No fields.
    Unit,
    /// Variants.
    Enum,
}

/// A field of an event.
pub(crate) struct Field {
    /// The name under which handlers find it.
    pub(crate) name: String,
    /// Its type, as written.
    pub(crate) type_name: String,
}
