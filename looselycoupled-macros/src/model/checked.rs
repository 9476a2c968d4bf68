//! Calls and events whose names the compiler checks.

use proc_macro2::{Span, TokenStream};

/// A call of `exec!` or `enqueue!`.
pub(crate) struct CheckedCall {
    /// The path of the runtime.
    pub(crate) runtime: TokenStream,
    /// The method that sends it.
    pub(crate) verb: &'static str,
    /// Through what it is sent.
    pub(crate) context: TokenStream,
    /// The instance.
    pub(crate) module: String,
    /// The task.
    pub(crate) task: String,
    /// Where the address stands.
    pub(crate) span: Span,
    /// The arguments.
    pub(crate) given: Vec<Given>,
}

/// An event of `emit!`.
pub(crate) struct CheckedEvent {
    /// The path of the runtime.
    pub(crate) runtime: TokenStream,
    /// Through what it is sent.
    pub(crate) context: TokenStream,
    /// The event's name.
    pub(crate) event: String,
    /// Where that stands.
    pub(crate) span: Span,
    /// The fields.
    pub(crate) given: Vec<Given>,
}

/// A value under its name.
pub(crate) struct Given {
    /// The name, without `r#`.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) span: Span,
    /// The value.
    pub(crate) value: TokenStream,
}
