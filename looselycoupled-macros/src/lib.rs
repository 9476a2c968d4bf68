//! The attribute macros of looselycoupled.
//!
//! Use them through the crate `looselycoupled`, which exports them and shows examples of each. Every
//! macro goes the same way: `syntax` reads what was typed, `lower` judges it and fills the `model`,
//! `expand` prints that. Complaints collect in `diagnostics` and are all reported at once.
//!
//! Generated code names the runtime as `::looselycoupled`. Where the dependency has another name, each
//! macro takes it as an option: `#[module(crate = ::lc)]`.

mod diagnostics;
mod entry;
mod expand;
mod lower;
mod model;
mod syntax;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes the type of an `impl` block a module and generates its stub.
///
/// Options: `name = "…"`, `concurrent`, `config = Type`, `emits(event(field: Type), …)`, `crate = path`.
#[proc_macro_attribute]
pub fn module(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::module(arguments.into(), &item.into()).into()
}

/// Makes a struct or an enum an event.
///
/// Options: `name = "…"`, by default the type's name in snake case, and `crate = path`. Stands above the
/// derives of `Serialize` and `Deserialize`, and tells them where serde is: in looselycoupled, so that no dependency on
/// it is needed, unless a `#[serde(crate = "…")]` says otherwise.
#[proc_macro_attribute]
pub fn event(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::event(arguments.into(), &item.into()).into()
}

/// Starts the runtime for an `async fn main`.
///
/// Options: `flavor = "current_thread"` or `"multi_thread"`, `worker_threads = N`, `crate = path`.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(arguments.into(), &item.into()).into()
}

/// Lets configuration list a generic module: `register!(Meter<Bme> as "MeterBme")`.
#[proc_macro]
pub fn register(input: TokenStream) -> TokenStream {
    entry::register(input.into()).into()
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
    /// A method that others call by name or by stub.
    ///
    /// Options: `name = "…"`, `timeout = "2s"`, `local`, `blocking`.
    task
    /// A method that hears an event: `#[on_event(Motion)]`, `#[on_event]` or `#[on_event("sensor.*")]`.
    on_event
    /// A method that prepares the module, before others can call it.
    initialize
    /// A function that runs beside the module while it is passive or active; `(thread)` for its own thread.
    run_passively
    /// A function that runs beside the module while it is active; `(thread)` for its own thread.
    run
    /// A method that is called when the module has run out of work.
    on_idle
    /// A method that is called last.
    finalize
    /// The function that makes the module, from nothing or from its configuration.
    new
}
