//! What stands on the wire: one frame with a request of JSON-RPC 2.0, as MrEventLoop writes and reads it, which nobody answers.
//!
//! `{"jsonrpc": "2.0", "method": "<event>", "params": […], "id": …}`. The params are the fields in their order, or an object of them. Between peers
//! of this framework `id` is a text that says who sent it as which one, and one more member carries headers: `"lc": {…}`, which others
//! leave alone. Among those, `lc-fields` are the names of the params.

use std::borrow::Cow;

use bytes::Bytes;

use crate::metadata::Headers;
use crate::provider::wire::{BodyError, DEPTH_LIMIT, read_value, write_value};
use crate::value::Value;

/// Longer ones are neither sent nor read.
pub(super) const LONGEST: usize = 1024 * 1024;

/// What a peer sends in order to hear whether it comes back; no event can have this name.
pub(super) const PROBE: &str = "lc probe";

/// The names of params.
const FIELDS: &str = "lc-fields";

/// An event on its way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    pub(super) method: Box<str>,
    /// A list, a map, or nothing.
    pub(super) params: Value,
    /// Who sent it as which one, if it is a peer of this framework.
    pub(super) id: Option<Id>,
    pub(super) headers: Headers,
}

/// Who sent a message as which one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Id {
    /// What no other sender has.
    pub(super) sender: Box<str>,
    pub(super) number: u64,
}

impl Id {
    fn read(value: &Value) -> Option<Self> {
        let (sender, number) = value.as_text()?.rsplit_once('#')?;
        Some(Self { sender: sender.into(), number: number.parse().ok()? })
    }

    fn write(&self) -> String {
        format!("{}#{}", self.sender, self.number)
    }
}

/// Why a frame is no message.
#[derive(Debug, thiserror::Error)]
pub(super) enum Malformed {
    #[error("{0} bytes, and at most {LONGEST} are allowed")]
    TooLong(usize),
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error("it is no request of JSON-RPC 2.0: {0}")]
    NoRequest(&'static str),
}

impl Message {
    pub(super) fn write(&self) -> Result<Bytes, Malformed> {
        let text = |text: &str| Value::from(text.to_owned());
        let mut members: Vec<(Cow<'static, str>, Value)> =
            vec![("jsonrpc".into(), text("2.0")), ("method".into(), text(&self.method))];
        if !self.params.is_null() {
            members.push(("params".into(), self.params.clone()));
        }
        if let Some(id) = &self.id {
            members.push(("id".into(), id.write().into()));
        }
        if !self.headers.is_empty() {
            let headers = self.headers.iter().map(|(name, value)| (name.to_owned(), text(value)));
            members.push(("lc".into(), headers.collect()));
        }
        let frame = write_value(&Value::Map(members))?;
        if frame.len() > LONGEST { Err(Malformed::TooLong(frame.len())) } else { Ok(frame) }
    }

    pub(super) fn read(frame: &[u8]) -> Result<Self, Malformed> {
        if frame.len() > LONGEST {
            return Err(Malformed::TooLong(frame.len()));
        }
        let Value::Map(members) = read_value(frame, DEPTH_LIMIT)? else {
            return Err(Malformed::NoRequest("it is no object"));
        };
        let (mut method, mut params, mut id, mut headers) = (None, Value::Null, None, Headers::new());
        for (name, value) in members {
            match &*name {
                "method" => method = value.as_text().map(Into::into),
                "params" => params = value,
                "id" => id = Id::read(&value),
                "lc" => headers = read_headers(&value),
                _ => {}
            }
        }
        let Some(method) = method else {
            return Err(Malformed::NoRequest("it has no `method` that is a text"));
        };
        if !matches!(params, Value::List(_) | Value::Map(_) | Value::Null) {
            return Err(Malformed::NoRequest("its `params` are neither a list nor an object"));
        }
        Ok(Self { method, params, id, headers })
    }

    /// The fields of an event as params, in the order that is declared, or else as they stand.
    pub(super) fn with_fields(self, fields: Value, declared: Option<&[&'static str]>) -> Self {
        let Value::Map(mut fields) = fields else { return Self { params: fields, ..self } };
        if let Some(declared) = declared
            && declared.len() == fields.len()
            && fields.iter().all(|(name, _)| declared.contains(&&**name))
        {
            fields.sort_by_key(|(name, _)| declared.iter().position(|known| **known == **name));
        }
        if fields.is_empty() || fields.iter().any(|(name, _)| name.contains(',')) {
            return Self { params: Value::Map(fields), ..self };
        }
        let names: Vec<&str> = fields.iter().map(|(name, _)| &**name).collect();
        let headers = self.headers.with(FIELDS, &names.join(","));
        Self { params: Value::List(fields.into_iter().map(|(_, value)| value).collect()), headers, ..self }
    }

    /// The params as the fields of an event; a list of which nobody knows the names stays one.
    pub(super) fn take_fields(self, declared: Option<&[&'static str]>) -> (Value, Headers) {
        let Self { params, headers, .. } = self;
        let stated = headers.get(FIELDS).map(str::to_owned);
        let headers = headers.without(FIELDS);
        let params = match params {
            Value::List(params) => params,
            Value::Null => return (Value::Map(Vec::new()), headers),
            params => return (params, headers),
        };
        let names: Option<Vec<Cow<'static, str>>> = match (stated, declared) {
            (Some(stated), _) => Some(stated.split(',').map(|name| Cow::Owned(name.to_owned())).collect()),
            (None, Some(declared)) => Some(declared.iter().map(|name| Cow::Borrowed(*name)).collect()),
            (None, None) => None,
        };
        match names {
            _ if params.is_empty() => (Value::Map(Vec::new()), headers),
            Some(names) if names.len() >= params.len() => {
                (Value::Map(names.into_iter().zip(params).collect()), headers)
            }
            _ => (Value::List(params), headers),
        }
    }
}

/// Those that are texts under names of lower case.
fn read_headers(value: &Value) -> Headers {
    let Value::Map(members) = value else { return Headers::new() };
    let texts = members.iter().filter_map(|(name, value)| Some((&**name, value.as_text()?)));
    let named = texts
        .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()));
    named.fold(Headers::new(), |headers, (name, text)| headers.with(name, text))
}
