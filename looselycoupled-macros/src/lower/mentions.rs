//! The names that stand in the bodies of a block, so that the start can say what has become of them.
//!
//! Bodies are read as tokens: a verb of ours with a literal is taken for what it looks like. One that is something else is a
//! name too many, of which a warning at most comes; one that is computed is not seen.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::LitStr;

use super::surroundings::{conditions, line};
use crate::model::{Mention, MentionKind};
use crate::syntax::{Block, Item, Method, pieces};

/// Where a verb has the name.
#[derive(Clone, Copy)]
enum Place {
    /// Its first argument is a literal.
    First,
    /// Its first argument is a value of the type.
    Value,
    /// The type stands between angle brackets.
    Brackets,
    /// It has none.
    Nowhere,
}

const VERBS: &[(&str, MentionKind, Place)] = &[
    ("trigger_event", MentionKind::Sent, Place::First),
    ("trigger_event_blocking", MentionKind::Sent, Place::First),
    ("trigger", MentionKind::SentType, Place::Value),
    ("trigger_own_event", MentionKind::SentOwn, Place::Nowhere),
    ("on", MentionKind::Heard, Place::First),
    ("once", MentionKind::Heard, Place::First),
    ("subscribe", MentionKind::Heard, Place::First),
    ("wait_for_event", MentionKind::Heard, Place::First),
    ("wait_for", MentionKind::HeardType, Place::Brackets),
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
    let mentions = calls.into_iter().filter_map(|call| {
        let (kind, name, span) = call.mention()?;
        Some(Mention { conditions: conditions(&method.attributes), kind, name, line: line(span) })
    });
    mentions.collect()
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
        let (verb, rest) = match tokens {
            [TokenTree::Punct(dot), TokenTree::Ident(verb), rest @ ..] if dot.as_char() == '.' => {
                (verb, rest)
            }
            [TokenTree::Ident(verb), TokenTree::Punct(mark), rest @ ..]
                if mark.as_char() == '!' && verb == "emit" =>
            {
                (verb, rest)
            }
            _ => return None,
        };
        let (brackets, rest) = behind_brackets(rest);
        let Some(TokenTree::Group(arguments)) = rest.first() else { return None };
        let is_call = verb == "emit" || arguments.delimiter() == Delimiter::Parenthesis;
        let arguments = arguments.stream();
        is_call.then(|| Self { verb: verb.clone(), brackets: brackets.to_vec(), arguments })
    }

    fn mention(&self) -> Option<(MentionKind, String, Span)> {
        if self.verb == "emit" {
            let (name, span) = literal(pieces(self.arguments.clone()).get(1)?)?;
            return Some((MentionKind::Sent, name, span));
        }
        let (_, kind, place) = VERBS.iter().find(|(verb, ..)| self.verb == verb)?;
        let first = || pieces(self.arguments.clone()).into_iter().next();
        let (name, span) = match place {
            Place::First => literal(&first()?)?,
            Place::Value => type_of(first()?)?,
            Place::Brackets => last_word(&self.brackets)?,
            Place::Nowhere => (String::new(), self.verb.span()),
        };
        Some((*kind, name, span))
    }
}

/// What stands between the angle brackets of `::<…>`, and what follows.
fn behind_brackets(tokens: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let is = |place: usize, sign| matches!(tokens.get(place), Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    if !(is(0, ':') && is(1, ':') && is(2, '<')) {
        return (&[], tokens);
    }
    let mut open = 0_usize;
    for place in 2..tokens.len() {
        open += usize::from(is(place, '<'));
        if is(place, '>') {
            open -= 1;
        }
        if open == 0 {
            return (&tokens[3..place], &tokens[place + 1..]);
        }
    }
    (&[], tokens)
}

fn literal(piece: &TokenStream) -> Option<(String, Span)> {
    let literal: LitStr = syn::parse2(piece.clone()).ok()?;
    Some((literal.value(), literal.span()))
}

/// The type of a value that is made on the spot: `Motion { … }`, `Motion::new(…)`, `events::Door::Opened`.
fn type_of(value: TokenStream) -> Option<(String, Span)> {
    let words = value.into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    });
    let mut types = words.filter(|word| word.to_string().starts_with(char::is_uppercase));
    types.next().map(|word| (word.to_string(), word.span()))
}

/// The name of a type, `Motion` of `events::Motion`.
fn last_word(path: &[TokenTree]) -> Option<(String, Span)> {
    let bare =
        path.iter().take_while(|token| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == '<'));
    let words = bare.filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    });
    words.last().map(|word| (word.to_string(), word.span()))
}
