//! What a single value means: decided by who reads it, as YAML 1.2 and serde-saphyr decide.

use std::str::FromStr;

/// A single value as it was written.
///
/// The text is kept, so that a text field gets `on`, `007` or `12:30` untouched while a truth value or a
/// number is parsed from the same text. Whether it stood without quotes matters only where that could make it
/// something else than a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scalar {
    text: String,
    /// Whether it may only be written without quotes, since these would change its meaning.
    pub(crate) plain: bool,
}

/// What a value is when nobody asks for a type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Natural<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'a str),
}

impl Scalar {
    /// A value written without quotes.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        if is_null(&text) {
            return Self::null();
        }
        let plain = looks_typed(&text);
        Self { text, plain }
    }

    /// A text, whatever it looks like.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), plain: false }
    }

    pub(crate) fn null() -> Self {
        Self { text: "null".to_owned(), plain: true }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_null(&self) -> bool {
        self.plain && is_null(&self.text)
    }

    /// The meaning under the core schema of YAML 1.2: `on` and `007` are texts.
    pub(crate) fn natural(&self) -> Natural<'_> {
        let text = self.text.as_str();
        if !self.plain {
            return Natural::Text(text);
        }
        match text {
            "true" | "True" | "TRUE" => return Natural::Bool(true),
            "false" | "False" | "FALSE" => return Natural::Bool(false),
            _ if is_null(text) => return Natural::Null,
            _ if has_leading_zeros(text) => return Natural::Text(text),
            _ => {}
        }
        if let Some(number) = whole::<u64>(text) {
            Natural::Unsigned(number)
        } else if let Some(number) = whole::<i64>(text) {
            Natural::Signed(number)
        } else {
            float::<f64>(text).map_or(Natural::Text(text), Natural::Float)
        }
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

fn is_null(text: &str) -> bool {
    text.is_empty() || text == "~" || text.eq_ignore_ascii_case("null")
}

/// A truth value in any spelling of YAML 1.1, for readers who ask for one.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    let text = trim(text);
    let is_any = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_any(["true", "yes", "on", "y"]) {
        Some(true)
    } else if is_any(["false", "no", "off", "n"]) {
        Some(false)
    } else {
        None
    }
}

/// A whole number that fits: decimal, `0x`, `0o`, `0b`, with `_` between digits, without leading zeros.
pub(crate) fn whole<T: TryFrom<u128> + TryFrom<i128>>(text: &str) -> Option<T> {
    let text = trim(text);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = radix(digits);
    if radix == 10 && digits != "0" && digits.starts_with('0') {
        return None;
    }
    let magnitude = magnitude(digits, radix)?;
    if !negative {
        return T::try_from(magnitude).ok();
    }
    // A sign before an unsigned number is a mistake, be it before a zero.
    T::try_from(-1_i128).ok()?;
    T::try_from(0_i128.checked_sub_unsigned(magnitude)?).ok()
}

fn radix(digits: &str) -> (u32, &str) {
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return (radix, digits);
        }
    }
    (10, digits)
}

fn magnitude(digits: &str, radix: u32) -> Option<u128> {
    if digits.is_empty() || digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    digits.chars().filter(|c| *c != '_').try_fold(0_u128, |number, c| {
        let digit = c.to_digit(radix)?;
        number.checked_mul(u128::from(radix))?.checked_add(u128::from(digit))
    })
}

/// Whether a decimal number starts with a zero that YAML 1.1 took for octal and YAML 1.2 forbids.
pub(crate) fn has_leading_zeros(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}

/// A number with a fraction; overflow is refused, `.inf` and `.nan` are taken.
pub(crate) fn float<T: FromStr + From<f32> + Into<f64> + Copy>(text: &str) -> Option<T> {
    let text = trim(text);
    match text.to_ascii_lowercase().as_str() {
        ".nan" | "+.nan" | "-.nan" => Some(f32::NAN.into()),
        ".inf" | "+.inf" => Some(f32::INFINITY.into()),
        "-.inf" => Some(f32::NEG_INFINITY.into()),
        _ => text.parse::<T>().ok().filter(|number| (*number).into().is_finite()),
    }
}

/// Whether some reader of YAML, old or new, takes the unquoted text for something else than a text.
pub(crate) fn looks_typed(text: &str) -> bool {
    is_null(text) || boolean(text).is_some() || matches!(text, "=" | "<<") || looks_like_a_number(text)
}

/// Numbers, `12:30` and dates: rather too many than too few.
fn looks_like_a_number(text: &str) -> bool {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    let body = body.strip_prefix('.').unwrap_or(body);
    if matches!(body.to_ascii_lowercase().as_str(), "inf" | "nan") {
        return true;
    }
    let allowed = |c: char| c.is_ascii_hexdigit() || "xXoObB_.+-:eEtTzZ ".contains(c);
    body.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(allowed)
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
}
