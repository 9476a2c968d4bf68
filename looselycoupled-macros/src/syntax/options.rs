//! The one grammar of attribute options: `flag, key = value, key(list)`.
//!
//! A macro states its options as a table. Unknown, repeated and malformed options are found here, once
//! for all macros.

use proc_macro2::{Punct, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, Lit};

use crate::diagnostics::{Sink, alternatives, near_miss};

/// How an option is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `concurrent`
    Flag,
    /// `name = "…"`, with an example of the whole
    Value(&'static str),
    /// `emits(…)`, with an example of the whole
    List(&'static str),
}

/// The options of one macro.
pub(crate) struct Grammar {
    /// The macro's name.
    pub(crate) attribute: &'static str,
    /// Each option and how it is written.
    pub(crate) options: &'static [(&'static str, Form)],
}

/// The options that were given, each known, well-formed, and given once.
#[derive(Default)]
pub(crate) struct Options {
    given: Vec<Given>,
}

struct Given {
    key: Ident,
    value: TokenStream,
    written: Written,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Bare,
    Assigned,
    Listed,
}

impl Options {
    /// Reads the options of one macro; what is wrong with them goes to the sink.
    pub(crate) fn read(tokens: TokenStream, grammar: &Grammar, sink: &Sink) -> Self {
        let mut options = Self::default();
        for piece in pieces(tokens) {
            if syn::parse2::<Lit>(piece.clone()).is_ok() {
                sink.at(&piece, keyless(&piece, grammar));
            } else if let Some(given) = sink.keep(Given::parse.parse2(piece)) {
                options.admit(given, grammar, sink);
            }
        }
        options
    }

    fn admit(&mut self, given: Given, grammar: &Grammar, sink: &Sink) {
        let key = given.key.unraw().to_string();
        let form = grammar.options.iter().find(|(known, _)| *known == key).map(|(_, form)| *form);
        let complaint = match form {
            None => Some(unknown(&key, grammar)),
            Some(_) if self.find(&key).is_some() => Some(format!("`{key}` is given twice; remove one")),
            Some(form) => misshapen(&key, form, given.written),
        };
        match complaint {
            Some(complaint) => sink.at(&given.key, complaint),
            None => self.given.push(given),
        }
    }

    fn find(&self, key: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.key.unraw() == key)
    }

    /// The flag's own token, where it is given.
    pub(crate) fn flag(&self, key: &str) -> Option<&Ident> {
        self.find(key).map(|given| &given.key)
    }

    /// What stands behind `key =`, read as a `T`.
    pub(crate) fn value<T: Parse>(&self, key: &str, expected: &str, sink: &Sink) -> Option<T> {
        let given = self.find(key)?;
        let parsed = syn::parse2(given.value.clone()).ok();
        if parsed.is_none() {
            sink.at(&given.value, format!("`{key}` takes {expected}"));
        }
        parsed
    }

    /// The pieces between the commas of `key(…)`.
    pub(crate) fn list(&self, key: &str) -> Vec<TokenStream> {
        self.find(key).map(|given| pieces(given.value.clone())).unwrap_or_default()
    }
}

fn keyless(value: &TokenStream, grammar: &Grammar) -> String {
    match grammar.options.iter().find(|(_, form)| matches!(form, Form::Value(_))) {
        Some((key, _)) => format!("a value has a key; write `{key} = {value}`"),
        None => "a value has no place here; remove it".to_owned(),
    }
}

fn unknown(key: &str, grammar: &Grammar) -> String {
    let known: Vec<_> = grammar.options.iter().map(|(key, _)| *key).collect();
    let advice = match near_miss(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("`#[{}]` takes {}", grammar.attribute, alternatives(&known)),
    };
    format!("unknown option `{key}`; {advice}")
}

/// What is wrong with the way in which a known option is written.
fn misshapen(key: &str, form: Form, written: Written) -> Option<String> {
    let (is_sound, complaint) = match form {
        Form::Flag => (written == Written::Bare, format!("`{key}` takes no value; write only `{key}`")),
        Form::Value(example) => {
            (written == Written::Assigned, format!("`{key}` needs a value; write `{example}`"))
        }
        Form::List(example) => {
            (written == Written::Listed, format!("`{key}` needs a list; write `{example}`"))
        }
    };
    (!is_sound).then_some(complaint)
}

impl Given {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected an option: `flag`, `key = value` or `key(..)`"));
        }
        let key = input.call(Ident::parse_any)?;
        if input.is_empty() {
            return Ok(Self { key, value: TokenStream::new(), written: Written::Bare });
        }
        match TokenTree::parse(input)? {
            TokenTree::Punct(punct) if punct.as_char() == '=' && !input.is_empty() => {
                Ok(Self { key, value: input.parse()?, written: Written::Assigned })
            }
            TokenTree::Punct(punct) if punct.as_char() == '=' => {
                Ok(Self { key, value: TokenStream::new(), written: Written::Bare })
            }
            TokenTree::Group(group) if input.is_empty() => {
                Ok(Self { key, value: group.stream(), written: Written::Listed })
            }
            other => Err(syn::Error::new_spanned(other, "expected `,` between two options")),
        }
    }
}

/// Cuts at the commas that stand neither in brackets nor, behind an `=`, in angle brackets.
pub(crate) fn pieces(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![TokenStream::new()];
    let mut depth = Depth::default();
    for token in tokens {
        let ends = matches!(&token, TokenTree::Punct(punct) if depth.at_comma(punct));
        match pieces.last_mut() {
            Some(last) if !ends => token.to_tokens(last),
            _ => pieces.push(TokenStream::new()),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// How many angle brackets are open, so that `config = Table<A, B>` is one option.
#[derive(Default)]
struct Depth {
    open: usize,
    arrow: bool,
}

impl Depth {
    fn at_comma(&mut self, punct: &Punct) -> bool {
        match punct.as_char() {
            '<' => self.open += 1,
            '>' if !self.arrow => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        self.arrow = matches!(punct.as_char(), '-' | '=');
        punct.as_char() == ',' && self.open == 0
    }
}
