//! A method of the block, as far as everything that calls it has to know.

use proc_macro2::TokenStream;
use syn::{Attribute, Ident};

/// How a task, a handler or a hook is called.
pub(crate) struct Callable {
    /// The method's name, with its span: complaints about the method as a whole go there.
    pub(crate) ident: Ident,
    /// Whether it is an `async fn`.
    pub(crate) is_async: bool,
    /// How it takes the module.
    pub(crate) receiver: Receiver,
    /// The type of `ctx`, if it takes one.
    pub(crate) context: Option<TokenStream>,
    /// The return type, or nothing where it is left out.
    pub(crate) output: TokenStream,
    /// What comes along to everything that is generated for it.
    pub(crate) surroundings: Surroundings,
}

/// How a method takes the module.
pub(crate) enum Receiver {
    /// `&self`, whose tokens carry the obligation of an `async fn` that `Self` is `Sync`.
    Shared(TokenStream),
    /// `&mut self`
    Exclusive,
    /// None at all: run hooks and constructors.
    Absent,
}

/// What surrounds a method and comes along to everything that is generated for it.
#[derive(Default)]
pub(crate) struct Surroundings {
    /// Its `#[cfg]`s.
    pub(crate) conditions: Vec<Attribute>,
    /// Its `#[allow]`s, and its `#[expect]`s as `#[allow]`s, since an expectation holds in one place only.
    pub(crate) lints: Vec<Attribute>,
    /// Its `#[deprecated]`.
    pub(crate) deprecation: Option<Attribute>,
    /// Its documentation, without comment signs.
    pub(crate) documentation: String,
    /// Its line in the source.
    pub(crate) line: u32,
}

impl Surroundings {
    /// The documentation of a stub's method that calls the task of this name.
    pub(crate) fn documented_call(&self, task: &str) -> String {
        let own = &self.documentation;
        let call = format!("Calls the task `{task}`; await it, or `.enqueue()` it.");
        if own.is_empty() { call } else { format!("{own}\n\n{call}") }
    }
}
