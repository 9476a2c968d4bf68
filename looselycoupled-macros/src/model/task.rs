//! A `#[task]` method.

use std::time::Duration;

use proc_macro2::TokenStream;

use super::{Callable, Parameter, Position};

/// A task of a module.
pub(crate) struct Task {
    /// Its index among the tasks.
    pub(crate) position: Position,
    /// The name by which it is called.
    pub(crate) name: String,
    /// The method.
    pub(crate) callable: Callable,
    /// How its body runs.
    pub(crate) kind: TaskKind,
    /// `local`: reachable through the stub only, with types that serde does not know.
    pub(crate) local: bool,
    /// `timeout = "…"`
    pub(crate) timeout: Option<Duration>,
    /// Its parameters, without `ctx`.
    pub(crate) parameters: Vec<Parameter>,
    /// Its result.
    pub(crate) returned: Returned,
}

/// How the body of a task runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskKind {
    /// `async fn`
    Async,
    /// `fn`
    Sync,
    /// `fn` on the blocking pool
    Blocking,
}

/// What a task returns.
pub(crate) struct Returned {
    /// The type, `()` where none is written; its tokens carry the obligation to be encodable.
    pub(crate) ty: TokenStream,
    /// The type, as written.
    pub(crate) type_name: String,
    /// The type of the value if all went well, as written; all of it where it is not written apart.
    pub(crate) value_name: String,
    /// `Some` where the type is a path that ends in `Result`.
    pub(crate) fallible: Option<Halves>,
}

/// The tokens that stand for the halves of a `Result`, each the whole type where it is not written.
pub(crate) struct Halves {
    /// The value's type.
    pub(crate) value: TokenStream,
    /// The error's type.
    pub(crate) error: TokenStream,
}
