//! The attribute macros of looselycoupled.
//!
//! Use them through the crate `looselycoupled`, which exports them and documents each. Every
//! macro goes the same way: `syntax` reads what was typed, `lower` judges it and fills the `model`,
//! `expand` prints that. Complaints collect in `diagnostics` and are all reported at once.
//!
//! Generated code names the runtime as `::looselycoupled`. Where the dependency has another name, each
//! macro takes it as an option: `#[module(crate = ::lc)]`. Without that rustc says that it could not find `looselycoupled`,
//! in words that no macro can change.

mod diagnostics;
mod entry;
mod expand;
mod lower;
mod model;
mod syntax;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro_attribute]
pub fn module(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::module(arguments.into(), &item.into()).into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro_attribute]
pub fn interface(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::interface(arguments.into(), &item.into()).into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro_attribute]
pub fn event(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::event(arguments.into(), &item.into()).into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(arguments.into(), &item.into()).into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(arguments.into(), &item.into()).into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro]
pub fn register(input: TokenStream) -> TokenStream {
    entry::register(input.into()).into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro]
pub fn app(input: TokenStream) -> TokenStream {
    entry::app(input.into()).into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro]
pub fn exec(input: TokenStream) -> TokenStream {
    entry::checked_call(input.into(), "exec_checked").into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro]
pub fn enqueue(input: TokenStream) -> TokenStream {
    entry::checked_call(input.into(), "enqueue_checked").into()
}

/// Mistakes are reported where they were made, all at once, with what to write instead.
#[proc_macro]
pub fn emit(input: TokenStream) -> TokenStream {
    entry::emit(input.into()).into()
}

/// Attributes that `#[module]` takes off the methods of its block; elsewhere they complain.
macro_rules! inside_a_module {
    ($($(#[$documentation:meta])* $name:ident)*) => {$(
        $(#[$documentation])*
        #[proc_macro_attribute]
        pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
            entry::misplaced(stringify!($name), &arguments.into(), &item.into()).into()
        }
    )*};
}

inside_a_module! {
    /// Mistakes are reported where they were made, all at once, with what to write instead.
    task
    /// Mistakes are reported where they were made, all at once, with what to write instead.
    on_event
    /// A method that prepares the module, before others can call it.
    initialize
    /// A function that runs beside the module while it is passive or active; `(thread)` for its own thread.
    run_passively
    /// Mistakes are reported where they were made, all at once, with what to write instead.
    run
    /// A method that is called when the module has run out of work.
    on_idle
    /// A method that is called last.
    finalize
    /// The function that makes the module, from nothing or from its configuration.
    new
}
