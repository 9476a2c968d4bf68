//! Whether anybody reads the section of an instance.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, Ident, Pat, PatType};

use super::inputs::context;
use crate::model::Module;
use crate::syntax::{Block, Item, Method};

/// The verbs that read by look-up.
const LOOK_UPS: &[&str] = &["setting", "with_config"];

/// What a context is asked for without leaving the code that we see. A verb that is forgotten here makes us think that
/// the section may be read, which is harmless.
const HARMLESS: &[&str] = &[
    "name",
    "config",
    "me",
    "stub",
    "metadata",
    "modules",
    "phase",
    "is_ready",
    "is_active",
    "is_passive",
    "no_longer_active",
    "no_longer_passive",
    "sleep_blocking",
    "statistics",
    "quiesce",
    "quiesce_within",
    "exec_task",
    "exec_task_blocking",
    "enqueue_task",
    "enqueue_task_blocking",
    "trigger",
    "trigger_event",
    "trigger_event_blocking",
    "trigger_own_event",
];

/// Whether the section may be read: by type, by the constructor, or by look-ups. These can only be guessed at: a block
/// that names no verb for them and keeps its contexts to itself makes none.
pub(super) fn reads_section(module: &Module, block: &Block) -> bool {
    module.config.is_some()
        || module.constructors.iter().any(|constructor| constructor.config.is_some())
        || block.items.iter().any(looks_up)
}

fn looks_up(item: &Item) -> bool {
    let says_so = any(item.to_token_stream(), &|token, _| is_one_of(Some(token), LOOK_UPS));
    says_so || matches!(item, Item::Method(method) if hands_on(method))
}

/// Whether a context goes where we cannot see what becomes of it.
fn hands_on(method: &Method) -> bool {
    let contexts = method.signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) if context(&typed.ty).is_some() => Some(name(typed)),
        _ => None,
    });
    contexts.into_iter().any(|name| {
        let Some(name) = name else { return true };
        any(method.body.to_token_stream(), &|token, [dot, verb]| {
            let is_asked = matches!(dot, Some(TokenTree::Punct(dot)) if dot.as_char() == '.');
            matches!(token, TokenTree::Ident(ident) if ident == name)
                && !(is_asked && is_one_of(verb, HARMLESS))
        })
    })
}

/// The name of a parameter, unless it is taken apart.
fn name(typed: &PatType) -> Option<&Ident> {
    match &*typed.pat {
        Pat::Ident(pattern) => Some(&pattern.ident),
        _ => None,
    }
}

fn is_one_of(token: Option<&TokenTree>, names: &[&str]) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if names.iter().any(|name| ident == name))
}

type Wanted<'a> = dyn Fn(&TokenTree, [Option<&TokenTree>; 2]) -> bool + 'a;

/// Whether a token, with the two behind it, is wanted, at any depth.
fn any(tokens: TokenStream, wanted: &Wanted<'_>) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Group(group) => any(group.stream(), wanted),
        _ => wanted(token, [tokens.get(index + 1), tokens.get(index + 2)]),
    })
}
