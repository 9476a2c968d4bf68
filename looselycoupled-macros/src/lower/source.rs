//! Types and expressions as text, the way a person would have typed them.

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// The tokens as text, with spaces where `rustfmt` has them: `Option<u8>`, not `Option < u8 >`.
pub(super) fn source(tokens: &dyn ToTokens) -> String {
    let mut text = Text::default();
    text.stream(tokens.to_token_stream());
    text.written.trim_end().to_owned()
}

#[derive(Default)]
struct Text {
    written: String,
    /// Whether a word would run into what stands before it.
    after_word: bool,
    /// The last sign, where the next one belongs to it.
    joint: Option<char>,
}

impl Text {
    fn stream(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Punct(punct) => self.punct(&punct),
                word => self.word(&word.to_string()),
            }
        }
    }

    fn word(&mut self, word: &str) {
        if self.after_word && self.joint != Some('\'') {
            self.written.push(' ');
        }
        self.written.push_str(word);
        self.after_word = true;
        self.joint = None;
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => return self.stream(group.stream()),
        };
        self.written.push_str(open);
        self.after_word = false;
        self.stream(group.stream());
        self.written.truncate(self.written.trim_end().len());
        self.written.push_str(close);
        self.after_word = true;
        self.joint = None;
    }

    fn punct(&mut self, punct: &Punct) {
        let sign = punct.as_char();
        match (self.joint, sign) {
            (Some('-'), '>') => self.written.push_str("> "),
            (Some(':'), ':') => {
                self.written.truncate(self.written.trim_end().len());
                self.written.push(':');
            }
            (_, '-') if punct.spacing() == Spacing::Joint => self.written.push_str(" -"),
            (_, '+' | '=') => self.written.extend([' ', sign, ' ']),
            (_, ',' | ';' | ':') => self.written.extend([sign, ' ']),
            (_, '\'') if self.after_word => self.written.push_str(" '"),
            _ => self.written.push(sign),
        }
        self.after_word = sign == '>' && self.joint != Some('-');
        self.joint = (punct.spacing() == Spacing::Joint || sign == '\'').then_some(sign);
    }
}
