//! How a value is shown to people.

use std::fmt::{self, Display, Formatter, Write};

use super::Value;

/// Compact and like JSON, for logs and messages: `{"lamp":"hall","level":40}`.
///
/// What JSON lacks is shown as Rust does: `NaN`, `inf`, `b"\x00\xff"`. For text that programs read, see
/// [`Value::to_json_text`].
impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Signed(number) => write!(f, "{number}"),
            Self::Unsigned(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number:?}"),
            Self::Text(text) => quote(text, f),
            Self::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Self::List(items) => bracketed(f, ['[', ']'], items, |item, f| write!(f, "{item}")),
            Self::Map(entries) => bracketed(f, ['{', '}'], entries, |(name, value), f| {
                quote(name, f)?;
                write!(f, ":{value}")
            }),
        }
    }
}

fn bracketed<T>(
    f: &mut Formatter<'_>,
    [open, close]: [char; 2],
    items: &[T],
    show: impl Fn(&T, &mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_char(open)?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        show(item, f)?;
    }
    f.write_char(close)
}

fn quote(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control.is_control() => write!(f, "\\u{:04x}", u32::from(control))?,
            plain => f.write_char(plain)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reads_like_compact_json() {
        let value: Value = [
            ("lamp", Value::from("ha\"ll\n")),
            ("levels", Value::from(vec![Value::from(-1), Value::from(1.0), Value::Null])),
            ("on", Value::from(true)),
        ]
        .into_iter()
        .collect();
        assert_eq!(value.to_string(), r#"{"lamp":"ha\"ll\n","levels":[-1,1.0,null],"on":true}"#);
    }

    #[test]
    fn what_json_lacks_is_shown_nevertheless() {
        assert_eq!(Value::from(f64::NAN).to_string(), "NaN");
        assert_eq!(Value::from(f64::NEG_INFINITY).to_string(), "-inf");
        assert_eq!(Value::from(vec![b'a', 0, 255]).to_string(), r#"b"a\x00\xff""#);
        assert_eq!(Value::from("\u{1}").to_string(), r#""\u0001""#);
    }
}
