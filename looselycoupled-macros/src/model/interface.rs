//! A trait under `#[interface]`, and the interfaces that a module names.

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, ItemTrait, Path, Type};

use super::{Parameter, Position, Surroundings};

/// An interface, as its trait describes it.
pub(crate) struct Interface<'a> {
    /// The path of the runtime.
    pub(crate) runtime: TokenStream,
    /// The trait.
    pub(crate) declaration: &'a ItemTrait,
    /// The trait's own `#[cfg]`s.
    pub(crate) conditions: Vec<Attribute>,
    /// The name by which messages and descriptions know it.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: u32,
    /// The trait's documentation.
    pub(crate) documentation: String,
    /// The trait's line in the source.
    pub(crate) line: u32,
    /// The methods that are sound.
    pub(crate) methods: Vec<InterfaceMethod>,
    /// Whether those are all, so that the stub can implement the trait.
    pub(crate) is_whole: bool,
}

/// A method of an interface.
pub(crate) struct InterfaceMethod {
    /// Its index among the methods.
    pub(crate) position: Position,
    /// Its name.
    pub(crate) ident: Ident,
    /// What comes along to everything that is generated for it.
    pub(crate) surroundings: Surroundings,
    /// Its parameters, without the receiver.
    pub(crate) parameters: Vec<Parameter>,
    /// Its result.
    pub(crate) answer: Answer,
}

impl InterfaceMethod {
    /// The name of the task, without `r#`.
    pub(crate) fn name(&self) -> String {
        syn::ext::IdentExt::unraw(&self.ident).to_string()
    }

    /// The names of its parameters.
    pub(crate) fn names(&self) -> Vec<&Ident> {
        self.parameters.iter().map(|parameter| &parameter.ident).collect()
    }

    /// The types of its parameters.
    pub(crate) fn types(&self) -> Vec<&Type> {
        self.parameters.iter().map(|parameter| &parameter.ty).collect()
    }
}

/// What a method of an interface returns.
pub(crate) struct Answer {
    /// `Result<u8, CallError>`
    pub(crate) ty: Type,
    /// The same as text.
    pub(crate) type_name: String,
    /// `u8`
    pub(crate) value: Type,
}

/// An interface that a module says it implements.
pub(crate) struct Implementation {
    /// The trait.
    pub(crate) path: Path,
    /// `version = 2`
    pub(crate) version: Option<Version>,
}

/// The version of an interface that a module is written for.
pub(crate) struct Version {
    /// The number.
    pub(crate) number: u32,
    /// As written; a complaint goes there.
    pub(crate) written: TokenStream,
}
