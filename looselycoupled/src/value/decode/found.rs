//! Words for what was found in the place of something else.

use serde::de::Unexpected;

/// Text longer than this is cut in messages: it may be a whole document.
const SHOWN: usize = 40;

pub(super) fn describe(found: Unexpected<'_>) -> String {
    let words = match found {
        Unexpected::Bool(truth) => return truth.to_string(),
        Unexpected::Unsigned(number) => return number.to_string(),
        Unexpected::Signed(number) => return number.to_string(),
        Unexpected::Float(number) => return format!("{number:?}"),
        Unexpected::Char(character) => return format!("{:?}", character.to_string()),
        Unexpected::Str(text) => return shortened(text),
        Unexpected::Other(words) => words,
        Unexpected::Bytes(_) => "raw bytes",
        Unexpected::Unit => "nothing",
        Unexpected::Option => "an optional value",
        Unexpected::NewtypeStruct => "a wrapped value",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a map",
        Unexpected::Enum => "an enum",
        Unexpected::UnitVariant => "a variant without content",
        Unexpected::NewtypeVariant => "a variant with one value",
        Unexpected::TupleVariant => "a variant with a list",
        Unexpected::StructVariant => "a variant with fields",
    };
    words.to_owned()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?} and more", &text[..end]),
        None => format!("{text:?}"),
    }
}
