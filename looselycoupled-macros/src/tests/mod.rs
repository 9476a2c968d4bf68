//! The macros as plain functions on tokens.

mod events;
mod interfaces;
mod item;
mod mentions;
mod messages;
mod names;
mod receivers;
mod sections;
mod snapshot;
mod source;

use proc_macro2::TokenStream;

use crate::diagnostics::Sink;
use crate::lower;
use crate::model::Module;
use crate::syntax::Block;

/// What `#[module(arguments)]` understands of a block, and its complaints.
fn understand(arguments: TokenStream, block: TokenStream) -> (Option<Module>, Vec<String>) {
    let sink = Sink::default();
    let block: Block = syn::parse2(block).expect("the block is Rust");
    let module = lower::module(arguments, &block, &sink);
    (module, sink.messages())
}

/// The complaints about a block.
fn complaints(arguments: TokenStream, block: TokenStream) -> Vec<String> {
    understand(arguments, block).1
}
