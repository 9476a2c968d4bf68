//! The names that stand in the bodies of a block, so that the start can say what has become of them.
//!
//! Bodies are read as tokens: a verb of ours with a literal is taken for what it looks like. One that is something else is a
//! name too many, of which a warning at most comes; one that is computed is not seen.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::LitStr;

use super::surroundings::{conditions, line};
use crate::model::{Mention, Named};
use crate::syntax::{Block, Item, Method, pieces};

type Reading = fn(&Call) -> Option<(Named, Span)>;

const VERBS: &[(&str, Reading)] = &[
    ("trigger_event", |call| call.literal(0, Named::Sent)),
    ("trigger_event_blocking", |call| call.literal(0, Named::Sent)),
    ("emit", |call| call.literal(1, Named::Sent)),
    ("trigger", |call| call.sent_type()),
    ("trigger_own_event", |call| Some((Named::SentOwn, call.verb.span()))),
    ("on", |call| call.literal(0, Named::Heard)),
    ("once", |call| call.literal(0, Named::Heard)),
    ("subscribe", |call| call.literal(0, Named::Heard)),
    ("wait_for_event", |call| call.literal(0, Named::Heard)),
    ("wait_for", |call| Some((Named::HeardType(call.bracketed()?), call.verb.span()))),
    ("exec_task", |call| call.literal(0, Named::Called)),
    ("exec_task_blocking", |call| call.literal(0, Named::Called)),
    ("enqueue_task", |call| call.literal(0, Named::Called)),
    ("enqueue_task_blocking", |call| call.literal(0, Named::Called)),
    ("stub", |call| call.literal(0, |module| Named::Stub { module, stub: call.bracketed() })),
];

/// All names that the methods of a block mention.
pub(super) fn mentions(block: &Block) -> Vec<Mention> {
    let methods = block.items.iter().filter_map(|item| match item {
        Item::Method(method) => Some(&**method),
        _ => None,
    });
    methods.flat_map(in_method).collect()
}

fn in_method(method: &Method) -> Vec<Mention> {
    let mut calls = Vec::new();
    look_for_calls(method.body.clone().into(), &mut calls);
    let named = calls.iter().filter_map(Call::named).chain(sent_unseen(method, &calls));
    let conditions = conditions(&method.attributes);
    named.map(|(named, span)| Mention { conditions: conditions.clone(), named, line: line(span) }).collect()
}

/// The types that a method writes somewhere, if it sends a value whose type does not stand there.
fn sent_unseen(method: &Method, calls: &[Call]) -> Option<(Named, Span)> {
    let unseen = calls.iter().find(|call| call.verb == "trigger" && call.sent_type().is_none())?;
    let mut types = BTreeSet::new();
    look_for_types(method.signature.to_token_stream(), &mut types);
    look_for_types(method.body.to_token_stream(), &mut types);
    Some((Named::SentOneOf(types.into_iter().collect()), unseen.verb.span()))
}

fn look_for_types(tokens: TokenStream, types: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => look_for_types(group.stream(), types),
            TokenTree::Ident(word) => types.extend(Some(word.to_string()).filter(|word| is_type(word))),
            _ => {}
        }
    }
}

fn is_type(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// `.verb::<Type>(…)`, or `emit!(…)`.
struct Call {
    verb: Ident,
    /// What stands between the angle brackets.
    brackets: Vec<TokenTree>,
    arguments: TokenStream,
}

fn look_for_calls(tokens: TokenStream, calls: &mut Vec<Call>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        calls.extend(Call::at(&tokens[place..]));
        if let TokenTree::Group(group) = token {
            look_for_calls(group.stream(), calls);
        }
    }
}

impl Call {
    /// The call that begins here.
    fn at(tokens: &[TokenTree]) -> Option<Self> {
        let (verb, rest, is_macro) = match tokens {
            [TokenTree::Punct(dot), TokenTree::Ident(verb), rest @ ..] if dot.as_char() == '.' => {
                (verb, rest, false)
            }
            [TokenTree::Ident(verb), TokenTree::Punct(mark), rest @ ..] if mark.as_char() == '!' => {
                (verb, rest, true)
            }
            _ => return None,
        };
        let (brackets, rest) = behind_brackets(rest);
        let Some(TokenTree::Group(arguments)) = rest.first() else { return None };
        let is_call = is_macro || arguments.delimiter() == Delimiter::Parenthesis;
        let (verb, arguments) = (verb.clone(), arguments.stream());
        (is_call && is_macro == (verb == "emit")).then(|| Self {
            verb,
            brackets: brackets.to_vec(),
            arguments,
        })
    }

    fn named(&self) -> Option<(Named, Span)> {
        let (_, read) = VERBS.iter().find(|(verb, _)| self.verb == verb)?;
        read(self)
    }

    /// One of the arguments, if it is a literal.
    fn literal(&self, place: usize, what: impl FnOnce(String) -> Named) -> Option<(Named, Span)> {
        let piece = pieces(self.arguments.clone()).into_iter().nth(place)?;
        let literal: LitStr = syn::parse2(piece).ok()?;
        Some((what(literal.value()), literal.span()))
    }

    /// The type of a value that is made on the spot: `Motion { … }`, `Motion::new(…)`, `events::Door::Opened`.
    fn sent_type(&self) -> Option<(Named, Span)> {
        let value = pieces(self.arguments.clone()).into_iter().next()?;
        let mut types = words(value).filter(|word| is_type(&word.to_string()));
        types.next().map(|word| (Named::SentType(word.to_string()), word.span()))
    }

    /// The name of the type between the angle brackets, `Motion` of `events::Motion`.
    fn bracketed(&self) -> Option<String> {
        let path = self.brackets.iter().take_while(|token| !is_sign(token, '<'));
        words(path.cloned()).last().map(|word| word.to_string())
    }
}

/// What stands between the angle brackets of `::<…>`, and what follows.
fn behind_brackets(tokens: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let is = |place: usize, sign| tokens.get(place).is_some_and(|token| is_sign(token, sign));
    if !(is(0, ':') && is(1, ':') && is(2, '<')) {
        return (&[], tokens);
    }
    let mut open = 0_usize;
    for place in 2..tokens.len() {
        open += usize::from(is(place, '<'));
        open -= usize::from(is(place, '>'));
        if open == 0 {
            return (&tokens[3..place], &tokens[place + 1..]);
        }
    }
    (&[], tokens)
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn words(tokens: impl IntoIterator<Item = TokenTree>) -> impl Iterator<Item = Ident> {
    tokens.into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    })
}
