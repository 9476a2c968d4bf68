//! Events as MrEventLoop sends them: requests of JSON-RPC 2.0 that nobody answers.
//!
//! Its parameters have places rather than names, so names are told in the member `lc`, which MrEventLoop does not look at: there the headers
//! stand as well. What has no such member is understood as far as this program says what the event looks like.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::frames::LONGEST;
use crate::address::{event_name, quoted};
use crate::envelope::EventShape;
use crate::metadata::Headers;
use crate::provider::envelope::SHAPE;
use crate::provider::wire::{DEPTH_LIMIT, FrameHeaders, read_value, write_value};
use crate::provider::{Envelope, EventForm, ProviderError};
use crate::value::Value;

/// What a peer sends to itself, to see whether the broker passes it on. Nobody has an event of this name.
const PROBE: &str = "lc.probe";

/// The member that others do not look at, and what stands in it.
const OWN: &str = "lc";
const HEADERS: &str = "headers";
const NAMES: &str = "names";
const CONTENT: &str = "content";

/// The content is the only parameter.
const WHOLE: &str = "whole";
/// The content is a list, and the parameters are its items.
const ITEMS: &str = "items";
/// There is no content.
const NOTHING: &str = "nothing";

/// What has come.
#[derive(Debug, PartialEq)]
pub(super) enum Arriving {
    Event(Envelope),
    Probe {
        sender: String,
        number: u64,
    },
    /// An event to which nobody has subscribed.
    Unwanted,
}

/// Why it cannot be read, and what it is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) what: String,
    pub(super) why: String,
}

type Entries = Vec<(Cow<'static, str>, Value)>;

fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::Map(entries.map(|(name, value)| (name.into(), value)).into())
}

pub(super) fn probe(sender: &str, number: u64) -> Bytes {
    let parameters = Value::List(vec![Value::from(sender.to_owned()), number.into()]);
    let written = map([
        ("jsonrpc", "2.0".into()),
        ("method", PROBE.into()),
        ("params", parameters),
        ("id", number.into()),
    ]);
    write_value(&written).unwrap_or_default()
}

/// Writes an event.
pub(super) fn write(event: Envelope, form: Option<&EventForm>, id: u64) -> Result<Bytes, ProviderError> {
    let other = |error: crate::reply::BoxError| ProviderError::Other(error);
    let Envelope { name, headers, body } = event;
    FrameHeaders::try_from(&headers).map_err(|error| other(error.into()))?;
    let (parameters, content) = parameters(body, headers.get(SHAPE).is_some(), form);
    let texts = headers.iter().map(|(name, text)| (name.to_owned().into(), text.to_owned().into()));
    let mut own: Entries = vec![(HEADERS.into(), Value::Map(texts.collect()))];
    own.extend(content);
    let written = map([
        ("jsonrpc", "2.0".into()),
        ("method", String::from(name).into()),
        ("params", parameters),
        ("id", id.into()),
        (OWN, Value::Map(own)),
    ]);
    let written = write_value(&written).map_err(|error| other(error.into()))?;
    if written.len() > LONGEST {
        let length = written.len();
        return Err(other(
            format!("the event takes {length} bytes, and at most {LONGEST} are allowed").into(),
        ));
    }
    Ok(written)
}

/// The parameters that an event becomes, and what is to be said about them.
fn parameters(
    body: Value,
    has_shape: bool,
    form: Option<&EventForm>,
) -> (Value, Option<(Cow<'static, str>, Value)>) {
    let said = |what: &'static str| Some((CONTENT.into(), what.into()));
    match body {
        Value::Map(entries) if !has_shape => match in_order(entries, form) {
            Ok((names, values)) => (Value::List(values), Some((NAMES.into(), Value::List(names)))),
            // Who hears it has to know the names.
            Err(entries) => (Value::Map(entries), None),
        },
        Value::Null => (Value::List(Vec::new()), said(NOTHING)),
        Value::List(items) if form.is_none_or(|form| form.fields.len() != 1) => {
            (Value::List(items), said(ITEMS))
        }
        whole => (Value::List(vec![whole]), said(WHOLE)),
    }
}

/// Names and values as the event has its fields; the entries again if that is not known, or they are others.
fn in_order(mut entries: Entries, form: Option<&EventForm>) -> Result<(Vec<Value>, Vec<Value>), Entries> {
    if !entries.is_empty() {
        let Some(form) = form.filter(|form| form.shape == EventShape::Struct) else { return Err(entries) };
        let place = |name: &str| form.fields.iter().position(|field| *field == name);
        let mut places: Vec<_> = entries.iter().map(|(name, _)| place(name)).collect();
        places.sort_unstable();
        // Those that are left out are the last ones.
        if !places.into_iter().eq((0..entries.len()).map(Some)) {
            return Err(entries);
        }
        entries.sort_by_key(|(name, _)| place(name));
    }
    Ok(entries.into_iter().map(|(name, value)| (Value::Text(name), value)).unzip())
}

/// Reads what has come; an event only if it is wanted.
pub(super) fn read(
    text: &[u8],
    is_wanted: impl Fn(&str) -> bool,
    form: impl Fn(&str) -> Option<EventForm>,
) -> Result<Arriving, Unreadable> {
    let nameless = |why: &dyn fmt::Display| Unreadable { what: "a message".to_owned(), why: why.to_string() };
    let read = read_value(text, DEPTH_LIMIT).map_err(|error| nameless(&error))?;
    let Value::Map(members) = read else { return Err(nameless(&"it is no object of JSON")) };
    let (mut method, mut parameters, mut own) = (Value::Null, Value::Null, Value::Null);
    for (name, value) in members {
        match &*name {
            "method" => method = value,
            "params" => parameters = value,
            OWN => own = value,
            _ => {}
        }
    }
    let Value::Text(method) = method else {
        return Err(nameless(&"it has no `method`, or none that is a text"));
    };
    if method == PROBE {
        let list = parameters.as_list().unwrap_or_default();
        let sender = list.first().and_then(Value::as_text).unwrap_or_default().to_owned();
        let number = list.get(1).and_then(Value::as_u64).unwrap_or_default();
        return Ok(Arriving::Probe { sender, number });
    }
    if !is_wanted(&method) {
        return Ok(Arriving::Unwanted);
    }
    let unreadable = |why: String| Unreadable { what: quoted(&method), why };
    event_name(&method).map_err(|error| unreadable(error.to_string()))?;
    let headers = headers(&own).map_err(unreadable)?;
    let form = form(&method);
    let (body, shape) = body(parameters, &own, form.as_ref()).map_err(unreadable)?;
    let headers = match shape {
        Some(shape) if headers.get(SHAPE).is_none() => headers.with(SHAPE, shape),
        _ => headers,
    };
    Ok(Arriving::Event(Envelope { name: (&*method).into(), headers, body }))
}

fn headers(own: &Value) -> Result<Headers, String> {
    let Some(Value::Map(given)) = own.get(HEADERS) else { return Ok(Headers::new()) };
    let mut checked = FrameHeaders::new();
    for (name, text) in given {
        let text = text.as_text().ok_or_else(|| format!("its header {} is no text", quoted(name)))?;
        checked.push(name, text).map_err(|error| error.to_string())?;
    }
    Ok(checked.iter().fold(Headers::new(), |all, (name, text)| all.with(name, text)))
}

/// The content of an event, and its shape if nobody has said that.
fn body(
    parameters: Value,
    own: &Value,
    form: Option<&EventForm>,
) -> Result<(Value, Option<&'static str>), String> {
    let mut items = match parameters {
        Value::List(items) => items,
        Value::Null => Vec::new(),
        Value::Map(named) => return Ok((Value::Map(named), None)),
        _ => return Err("its parameters are neither a list nor an object".to_owned()),
    };
    let count = items.len();
    if let Some(names) = own.get(NAMES) {
        let names: Vec<_> = names.as_list().unwrap_or_default().iter().filter_map(Value::as_text).collect();
        if names.len() != count {
            return Err(format!("it has {count} parameters, and names for {}", names.len()));
        }
        return Ok((named(names, items), None));
    }
    match (own.get(CONTENT).and_then(Value::as_text), form) {
        (Some(NOTHING), _) => Ok((Value::Null, None)),
        (Some(ITEMS), _) => Ok((Value::List(items), None)),
        (Some(WHOLE), _) if count == 1 => Ok((items.remove(0), None)),
        (_, Some(form)) => formed(items, form),
        // Who hears it finds them as `0`, `1` and so on.
        (_, None) if count > 0 => Ok((Value::List(items), Some("tuple"))),
        (_, None) => Ok((Value::Map(Vec::new()), None)),
    }
}

fn named<'a>(names: impl IntoIterator<Item = &'a str>, items: Vec<Value>) -> Value {
    Value::Map(names.into_iter().map(|name| name.to_owned().into()).zip(items).collect())
}

/// Parameters as what this program says of the event.
fn formed(mut items: Vec<Value>, form: &EventForm) -> Result<(Value, Option<&'static str>), String> {
    let (count, fields) = (items.len(), &form.fields);
    let unfit = |what: &str| {
        let fields = fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
        Err(format!("it has {count} parameters, and {what} here: {fields}"))
    };
    match form.shape {
        EventShape::Struct if count > fields.len() => unfit(&format!("{} fields", fields.len())),
        EventShape::Struct => Ok((named(fields.iter().copied(), items), None)),
        EventShape::Unit if count > 0 => Err(format!("it has {count} parameters, and no fields here")),
        EventShape::Unit => Ok((Value::Null, Some("unit"))),
        EventShape::Tuple if count != fields.len() => unfit(&format!("{} fields", fields.len())),
        EventShape::Tuple if count == 1 => Ok((items.remove(0), Some("tuple"))),
        EventShape::Tuple => Ok((Value::List(items), Some("tuple"))),
        EventShape::Enum if count == 1 => Ok((items.remove(0), Some("enum"))),
        EventShape::Enum => unfit("is one of several variants"),
    }
}

#[cfg(test)]
mod tests;
