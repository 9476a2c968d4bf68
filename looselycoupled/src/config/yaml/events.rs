//! The only file that knows the YAML crate: its events, said in the room's own words.
//!
//! The parser beneath serde-saphyr is used directly, since serde-saphyr itself keeps too little for a tree
//! that is read by type later: without a type it turns `yes` and `1.0` into values and forgets how they were
//! written, and it tells the places of values, but not of keys.

use serde_saphyr::granit_parser::{self as granit, ErrorKind, Parser, ScalarStyle, StrInput, Tag};

use crate::address::quoted;
use crate::config::fault::{Fault, FaultKind};
use crate::config::node::MAX_DEPTH;
use crate::config::source::{Source, Span};

/// A piece of YAML.
#[derive(Debug)]
pub(crate) enum Event {
    /// A single value; `plain` if it stands without quotes.
    Scalar { text: String, plain: bool, mark: Mark },
    /// A list begins.
    List(Mark),
    /// A map begins.
    Map(Mark),
    /// The innermost list or map ends.
    End,
    /// The value with that anchor stands here once more.
    Alias(usize),
    /// A comment, or another piece without meaning.
    Nothing,
}

/// What stands before a value.
#[derive(Debug, Default)]
pub(crate) struct Mark {
    /// The number of its anchor.
    pub(crate) anchor: Option<usize>,
    pub(crate) tag: Meaning,
}

/// What a tag says.
#[derive(Debug, Default)]
pub(crate) enum Meaning {
    /// Nothing that the value does not say itself.
    #[default]
    None,
    /// `!!str`: a text in any case.
    Text,
    /// `!!int` and the like: no text, even in quotes.
    Typed,
    /// `!Level`: the variant of an enum, and where it stands.
    Variant(String, Span),
    /// A tag that no configuration can mean.
    Foreign(String, Span),
}

/// The pieces of a text, in order, up to the first that is no YAML.
pub(crate) struct Events<'s> {
    parser: Parser<'s, StrInput<'s>>,
    source: &'s Source,
    documents: usize,
}

impl<'s> Events<'s> {
    pub(crate) fn new(source: &'s Source) -> Self {
        let options = granit::options! {
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
            max_buffered_comment_events: usize::MAX,
        };
        let text = source.text();
        Self { parser: Parser::new_from_str_with_options(text, options), source, documents: 0 }
    }

    fn translated(&mut self, event: granit::Event<'_>, span: granit::Span) -> Result<Event, Fault> {
        Ok(match event {
            granit::Event::Scalar(text, style, anchor, tag) => Event::Scalar {
                text: text.into_owned(),
                plain: style == ScalarStyle::Plain,
                mark: mark(anchor, tag.as_deref(), span),
            },
            granit::Event::SequenceStart(_, anchor, tag) => Event::List(mark(anchor, tag.as_deref(), span)),
            granit::Event::MappingStart(_, anchor, tag) => Event::Map(mark(anchor, tag.as_deref(), span)),
            granit::Event::SequenceEnd | granit::Event::MappingEnd => Event::End,
            granit::Event::Alias(anchor) => Event::Alias(anchor),
            granit::Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Fault::new(FaultKind::Syntax, "a second document begins here")
                        .at(self.source, Some(range(span)))
                        .label("a configuration is one document"));
                }
                Event::Nothing
            }
            _ => Event::Nothing,
        })
    }

    fn fault(&self, error: &granit::ScanError) -> Fault {
        let marker = error.marker();
        let span = Span { line: marker.line(), column: marker.col() + 1, width: 1 };
        let limit = *error.kind() == ErrorKind::RecursionLimitExceeded;
        let (kind, message) = if limit {
            (FaultKind::Limit, format!("more than {MAX_DEPTH} levels are too many"))
        } else {
            (FaultKind::Syntax, error.info())
        };
        Fault::new(kind, message).at(self.source, Some(span)).label(hint(error.kind()))
    }
}

impl Iterator for Events<'_> {
    type Item = Result<(Event, Span), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.parser.next_event()? {
            Ok((event, span)) => self.translated(event, span).map(|event| (event, range(span))),
            Err(error) => Err(self.fault(&error)),
        })
    }
}

/// What a text has and a tree does not; what stands behind a syntax error is not counted.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    pub(crate) comments: usize,
    pub(crate) aliases: usize,
}

impl Beside {
    pub(crate) fn of(source: &Source) -> Self {
        let mut beside = Self::default();
        for (event, _) in Events::new(source).parser.map_while(Result::ok) {
            match event {
                granit::Event::Comment(..) => beside.comments += 1,
                granit::Event::Alias(_) => beside.aliases += 1,
                _ => {}
            }
        }
        beside
    }
}

/// What stands on one line is underlined whole, anything longer at its first character.
fn range(span: granit::Span) -> Span {
    let (start, end) = (span.start, span.end);
    let width = if start.line() == end.line() { end.col().saturating_sub(start.col()) } else { 1 };
    Span { line: start.line(), column: start.col() + 1, width: width.max(1) }
}

fn mark(anchor: usize, tag: Option<&Tag>, span: granit::Span) -> Mark {
    let meaning = tag.map_or(Meaning::None, |tag| meaning(tag, range(span.tag_span().unwrap_or(span))));
    Mark { anchor: Some(anchor).filter(|anchor| *anchor != 0), tag: meaning }
}

fn meaning(tag: &Tag, span: Span) -> Meaning {
    match tag.core_suffix() {
        Some("str") => Meaning::Text,
        Some("map" | "seq") => Meaning::None,
        Some(_) => Meaning::Typed,
        None if tag.original() == "!" => Meaning::Text,
        None if tag.handle() == "!" => Meaning::Variant(tag.suffix().to_owned(), span),
        None => Meaning::Foreign(quoted(&tag.original()), span),
    }
}

/// What to do about the mistakes that are made most often.
fn hint(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::MappingValueNotAllowed => "a text with `: ` in it needs quotes",
        ErrorKind::UnexpectedCharacter { .. } => "a text that starts like this needs quotes",
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation => {
            "indent with spaces"
        }
        ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockMappingKey => {
            "keys of one map start in the same column"
        }
        ErrorKind::InvalidColonPlacement => "a bracket above may not be closed",
        ErrorKind::UnknownAnchor => "no `&anchor` of that name stands above",
        _ => "",
    }
}
