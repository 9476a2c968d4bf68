//! Expansions, compared with `src/snapshots/<feature>.expanded.rs`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p looselycoupled-macros` writes them anew.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Item, Macro, Meta};

use crate::entry;

macro_rules! snapshots {
    ($($feature:ident)*) => {$(
        #[test]
        fn $feature() {
            compare(stringify!($feature));
        }
    )*};
}

snapshots! {
    module module_options module_names module_generic module_concurrent module_pinned module_in_spite_of_mistakes module_renamed_crate
    interface module_implements
    task task_result task_parameters task_local task_blocking task_condition
    on_event_typed on_event_named on_event_pattern
    hooks hooks_on_threads constructor
    event program test_program test_options register
    app checked_calls checked_events
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/snapshots")
}

fn compare(feature: &str) {
    let input =
        std::fs::read_to_string(folder().join(format!("{feature}.rs"))).expect("the feature has an example");
    let input = syn::parse_file(&input).expect("the example is Rust");
    let expanded: TokenStream = input.items.into_iter().map(expand).collect();
    let expanded = prettyplease::unparse(&syn::parse2(expanded).expect("the expansion is Rust"));
    let snapshot = folder().join(format!("{feature}.expanded.rs"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&snapshot, &expanded).expect("snapshots can be written");
    }
    let known = std::fs::read_to_string(&snapshot).unwrap_or_default();
    let differs =
        known.lines().zip(expanded.lines()).enumerate().find(|(_, (known, expanded))| known != expanded);
    assert!(
        known == expanded,
        "{feature} differs from its snapshot at {differs:?}; `UPDATE_SNAPSHOTS=1` accepts it"
    );
}

fn expand(mut item: Item) -> TokenStream {
    if let Item::Macro(call) = &item {
        return called(&call.mac);
    }
    let Some(ours) = take_ours(&mut item) else { return item.into_token_stream() };
    let arguments = match &ours.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let item = item.into_token_stream();
    match ours.path().segments.last().map(|last| last.ident.to_string()).as_deref() {
        Some("module") => entry::module(arguments, &item),
        Some("event") => entry::event(arguments, &item),
        Some("interface") => entry::interface(arguments, &item),
        Some("main") => entry::main(arguments, &item),
        Some("test") => entry::test(arguments, &item),
        _ => quote!(#ours #item),
    }
}

/// Those that stand for an expression are shown as the value of a constant.
fn called(call: &Macro) -> TokenStream {
    let input = call.tokens.clone();
    let expression = match call.path.segments.last().map(|last| last.ident.to_string()).as_deref() {
        Some("register") => return entry::register(input),
        Some("app") => return entry::app(input),
        Some("exec") => entry::checked_call(input, "exec_checked"),
        Some("enqueue") => entry::checked_call(input, "enqueue_checked"),
        _ => entry::emit(input),
    };
    quote!(const _: Expression = #expression;)
}

fn take_ours(item: &mut Item) -> Option<Attribute> {
    let attributes = match item {
        Item::Impl(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        _ => return None,
    };
    let ours = |attribute: &Attribute| {
        let last = attribute.path().segments.last().map(|last| last.ident.to_string());
        matches!(last.as_deref(), Some("module" | "event" | "interface" | "main" | "test"))
    };
    let place = attributes.iter().position(ours)?;
    Some(attributes.remove(place))
}
