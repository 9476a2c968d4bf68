//! A `#[module]` block.

use proc_macro2::TokenStream;
use syn::{Attribute, Generics, Ident, Type};

use super::{Constructor, Field, Handler, Hook, Implementation, Mention, Promise, Task};

/// A module, as its block describes it.
pub(crate) struct Module {
    /// The path of the runtime.
    pub(crate) runtime: TokenStream,
    /// The names of our attributes in the block, as written.
    pub(crate) markers: Vec<Ident>,
    /// The type that is the module.
    pub(crate) target: Target,
    /// The block's own `#[cfg]`s.
    pub(crate) conditions: Vec<Attribute>,
    /// The block's documentation.
    pub(crate) documentation: String,
    /// The block's line in the source.
    pub(crate) line: u32,
    /// `concurrent`, whose token carries the obligation that the module is `Sync`.
    pub(crate) concurrent: Option<Ident>,
    /// `name = "…"`: an instance that exists without being listed.
    pub(crate) instance: Option<String>,
    /// `config = …`: the type of an instance's section.
    pub(crate) config: Option<Type>,
    /// `emits(…)`
    pub(crate) emits: Vec<Emission>,
    /// `calls(…)`
    pub(crate) calls: Vec<Promise>,
    /// `implements(…)`
    pub(crate) implements: Vec<Implementation>,
    /// The tasks that are sound.
    pub(crate) tasks: Vec<Task>,
    /// The handlers that are sound.
    pub(crate) handlers: Vec<Handler>,
    /// The hooks; several of one kind exclude each other by `#[cfg]`.
    pub(crate) hooks: Vec<Hook>,
    /// The constructors; several exclude each other by `#[cfg]`.
    pub(crate) constructors: Vec<Constructor>,
    /// The names that its code mentions.
    pub(crate) mentions: Vec<Mention>,
    /// Whether anything in the block may read an instance's section.
    pub(crate) reads_section: bool,
}

impl Module {
    /// Whether its handlers overlap.
    pub(crate) fn is_concurrent(&self) -> bool {
        self.concurrent.is_some()
    }

    /// Whether `async fn(&self)` asks for `Self: Sync`: a concurrent module is that by its mode, a pinned one stays on its
    /// thread.
    pub(crate) fn asks_for_sync(&self) -> bool {
        !self.is_concurrent() && !self.target.pinned
    }
}

/// The type that is a module.
#[derive(Clone)]
pub(crate) struct Target {
    /// The bare name, `Meter`.
    pub(crate) ident: Ident,
    /// The whole type, `Meter<S>`.
    pub(crate) path: Type,
    /// The block's parameters, `<S: Sensor>` and its `where` clause.
    pub(crate) generics: Generics,
    /// `pinned`: its values stay on the thread on which they are made.
    pub(crate) pinned: bool,
}

impl Target {
    /// The bare name without `r#`.
    pub(crate) fn name(&self) -> String {
        syn::ext::IdentExt::unraw(&self.ident).to_string()
    }

    /// Whether the macro asks that it is `Send`; of a type that stands for many, each use does.
    pub(crate) fn asks_for_send(&self) -> bool {
        !self.is_generic() && !self.pinned
    }

    /// Whether the type stands for many.
    pub(crate) fn is_generic(&self) -> bool {
        !self.generics.params.is_empty()
    }
}

/// An event by name that the module says it sends.
#[derive(Default)]
pub(crate) struct Emission {
    /// The event's name.
    pub(crate) name: String,
    /// Its fields.
    pub(crate) fields: Vec<Field>,
    /// The types of the fields, so that one that does not exist is noticed.
    pub(crate) types: Vec<Type>,
    /// `unheard = "…"`: why nobody hears it.
    pub(crate) unheard: Option<String>,
}
