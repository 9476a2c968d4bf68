//! The content of an event at NSQ, which has no headers.
//!
//! Ours stand in the member `lc` beside the fields, where those who read fields by name do not look.

use std::borrow::Cow;

use bytes::Bytes;
use ciborium::Value as Cbor;

use super::frames::LONGEST;
use crate::metadata::Headers;
use crate::provider::envelope::{GROUP, REDELIVERED};
use crate::provider::wire::{DEPTH_LIMIT, FrameHeaders, read_value, write_value};
use crate::provider::{Envelope, ProviderError};
use crate::reply::BoxError;
use crate::value::Value;

/// The member that others do not look at, and what stands in it.
const OWN: &str = "lc";
const HEADERS: &str = "headers";

/// Beside `lc`: content that is no object, or that has an `lc` of its own.
const WHOLE: &str = "body";

/// How contents are written, and read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Json,
    Cbor,
}

impl Form {
    pub(super) fn write(self, event: Envelope) -> Result<Bytes, ProviderError> {
        let other = |error: BoxError| ProviderError::Other(error);
        let Envelope { headers, body, .. } = event;
        FrameHeaders::try_from(&headers).map_err(|error| other(error.into()))?;
        let whole = enclosed(body, &headers);
        let written = match self {
            Self::Json => write_value(&whole).map_err(|error| other(error.into()))?,
            Self::Cbor => write_cbor(whole).map_err(|error| other(error.into()))?,
        };
        if written.len() > LONGEST {
            let length = written.len();
            let why = format!("the event takes {length} bytes, and at most {LONGEST} are allowed");
            return Err(other(why.into()));
        }
        Ok(written)
    }

    /// The event of a topic.
    pub(super) fn read(self, event: &str, content: &[u8]) -> Result<Envelope, String> {
        let read = match self {
            Self::Json => read_value(content, DEPTH_LIMIT).map_err(|error| error.to_string())?,
            Self::Cbor => read_cbor(content)?,
        };
        let (headers, body) = disclosed(read)?;
        Ok(Envelope { name: event.into(), headers, body })
    }
}

fn enclosed(body: Value, headers: &Headers) -> Value {
    let texts = headers.iter().map(|(name, text)| (name.to_owned().into(), text.to_owned().into()));
    let own = Value::Map(vec![(HEADERS.into(), Value::Map(texts.collect()))]);
    match body {
        Value::Map(mut fields) if !fields.iter().any(|(name, _)| name == OWN) => {
            fields.push((OWN.into(), own));
            Value::Map(fields)
        }
        whole => {
            let own = own.with_member(WHOLE, Value::Bool(true));
            Value::Map(vec![(OWN.into(), own), (WHOLE.into(), whole)])
        }
    }
}

/// What others send has no headers, whatever it looks like.
fn disclosed(read: Value) -> Result<(Headers, Value), String> {
    let is_own = matches!(read.get(OWN).and_then(|own| own.get(HEADERS)), Some(Value::Map(_)));
    let Value::Map(mut fields) = read else { return Ok((Headers::new(), read)) };
    let place = fields.iter().position(|(name, _)| name == OWN).filter(|_| is_own);
    let Some(place) = place else { return Ok((Headers::new(), Value::Map(fields))) };
    let (_, own) = fields.remove(place);
    let headers = headers(&own)?;
    let is_whole = own.get(WHOLE).and_then(Value::as_bool).unwrap_or(false);
    if !is_whole {
        return Ok((headers, Value::Map(fields)));
    }
    match fields.into_iter().find(|(name, _)| name == WHOLE) {
        Some((_, whole)) => Ok((headers, whole)),
        None => Err(format!("its `{OWN}` speaks of a `{WHOLE}`, which it has not")),
    }
}

/// What only the way to a process says is not taken from others.
fn headers(own: &Value) -> Result<Headers, String> {
    let Some(Value::Map(given)) = own.get(HEADERS) else { return Ok(Headers::new()) };
    let mut checked = FrameHeaders::new();
    for (name, text) in given {
        let text = text.as_text().ok_or("one of its headers is no text")?;
        checked.push(name, text).map_err(|error| error.to_string())?;
    }
    let foreign = checked.iter().filter(|(name, _)| ![GROUP, REDELIVERED].contains(name));
    Ok(foreign.fold(Headers::new(), |all, (name, text)| all.with(name, text)))
}

trait WithMember {
    fn with_member(self, name: &'static str, member: Value) -> Self;
}

impl WithMember for Value {
    fn with_member(self, name: &'static str, member: Value) -> Self {
        match self {
            Self::Map(mut fields) => {
                fields.push((name.into(), member));
                Self::Map(fields)
            }
            other => other,
        }
    }
}

fn too_deep() -> String {
    format!("nested deeper than {DEPTH_LIMIT} levels")
}

fn write_cbor(value: Value) -> Result<Bytes, String> {
    let mut written = Vec::new();
    ciborium::into_writer(&to_cbor(value, DEPTH_LIMIT)?, &mut written).map_err(|error| error.to_string())?;
    Ok(written.into())
}

fn to_cbor(value: Value, depth: usize) -> Result<Cbor, String> {
    let deeper = depth.checked_sub(1).ok_or_else(too_deep)?;
    Ok(match value {
        Value::Null => Cbor::Null,
        Value::Bool(value) => Cbor::Bool(value),
        Value::Signed(value) => Cbor::Integer(value.into()),
        Value::Unsigned(value) => Cbor::Integer(value.into()),
        Value::Float(value) => Cbor::Float(value),
        Value::Text(text) => Cbor::Text(text.into_owned()),
        Value::Bytes(bytes) => Cbor::Bytes(bytes),
        Value::List(items) => {
            Cbor::Array(items.into_iter().map(|item| to_cbor(item, deeper)).collect::<Result<_, _>>()?)
        }
        Value::Map(fields) => {
            let fields = fields.into_iter();
            let fields =
                fields.map(|(name, value)| Ok((Cbor::Text(name.into_owned()), to_cbor(value, deeper)?)));
            Cbor::Map(fields.collect::<Result<_, String>>()?)
        }
    })
}

fn read_cbor(mut content: &[u8]) -> Result<Value, String> {
    // Its own limit counts otherwise than ours, which is kept below.
    let read = ciborium::de::from_reader_with_recursion_limit(&mut content, 2 * DEPTH_LIMIT);
    let read: Cbor = read.map_err(|error| match error {
        ciborium::de::Error::RecursionLimitExceeded => too_deep(),
        ciborium::de::Error::Io(_) => "not valid CBOR: it ends too early".to_owned(),
        _ => "not valid CBOR".to_owned(),
    })?;
    if !content.is_empty() {
        return Err("not valid CBOR: something comes behind it".to_owned());
    }
    from_cbor(read, DEPTH_LIMIT)
}

fn from_cbor(value: Cbor, depth: usize) -> Result<Value, String> {
    let deeper = depth.checked_sub(1).ok_or_else(too_deep)?;
    Ok(match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(value) => Value::Bool(value),
        Cbor::Integer(value) => match (u64::try_from(value), i64::try_from(value)) {
            (Ok(value), _) => Value::from(value),
            (_, Ok(value)) => Value::from(value),
            _ => return Err("it has an integer of more than 64 bits".to_owned()),
        },
        Cbor::Float(value) => Value::Float(value),
        Cbor::Text(text) => Value::Text(Cow::Owned(text)),
        Cbor::Bytes(bytes) => Value::Bytes(bytes),
        Cbor::Array(items) => {
            Value::List(items.into_iter().map(|item| from_cbor(item, deeper)).collect::<Result<_, _>>()?)
        }
        Cbor::Map(fields) => {
            let mut read = Vec::with_capacity(fields.len());
            for (name, value) in fields {
                let Cbor::Text(name) = name else { return Err("a name in it is no text".to_owned()) };
                read.push((Cow::Owned(name), from_cbor(value, deeper)?));
            }
            Value::Map(read)
        }
        // Times, for example: what they mean says the tag, and nobody here asks.
        Cbor::Tag(_, inner) => from_cbor(*inner, deeper)?,
        _ => return Err("it has something that is no value".to_owned()),
    })
}

#[cfg(test)]
mod tests;
