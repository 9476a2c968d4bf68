//! The life-cycle hooks and the constructor.

use proc_macro2::TokenStream;
use syn::{Ident, Type};

use super::{Callable, Surroundings};

/// A method that the life cycle calls.
pub(crate) struct Hook {
    /// When it is called.
    pub(crate) kind: HookKind,
    /// The method.
    pub(crate) callable: Callable,
}

/// The hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HookKind {
    /// `#[initialize]`
    Initialize,
    /// `#[run_passively]`, or `#[run_passively(thread)]`
    RunPassively {
        /// Whether it has a thread of its own.
        thread: bool,
    },
    /// `#[run]`, or `#[run(thread)]`
    Run {
        /// Whether it has a thread of its own.
        thread: bool,
    },
    /// `#[on_idle]`
    OnIdle,
    /// `#[finalize]`
    Finalize,
}

/// The `#[new]` method.
pub(crate) struct Constructor {
    /// The method's name.
    pub(crate) ident: Ident,
    /// Its parameter, which is read from the instance's section.
    pub(crate) config: Option<Type>,
    /// Whether it returns a `Result`.
    pub(crate) fallible: bool,
    /// The return type.
    pub(crate) output: TokenStream,
    /// What comes along to the code that calls it.
    pub(crate) surroundings: Surroundings,
}
