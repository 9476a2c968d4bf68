//! Between events and messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fe2o3_amqp::types::messaging::{
    AmqpValue, ApplicationProperties, Batch, Body, Data, Header, Message, Properties,
};
use fe2o3_amqp::types::primitives::{Binary, SimpleValue, Symbol, Value};

use super::addresses::AmqpAddresses;
use super::sieve;
use crate::metadata::Headers;
use crate::provider::envelope::{GROUP, REDELIVERED};
use crate::provider::wire::{DEPTH_LIMIT, read_value, write_value};
use crate::provider::{Envelope, ProviderError, Subscription};
use crate::reply::BoxError;

/// The longest content of an event in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// Whose event it is, for people and for other programs; here the subscription says so.
const EVENT: &str = "lc-event";

/// What stands before headers of users in frames of STOMP, from which they may come.
const FOREIGN: &str = "lc-x-";

const JSON: &str = "application/json";

/// A message as it goes to a broker.
pub(super) type Mail = Message<Body<Value>>;

/// An event on its way out, and about how many bytes it takes.
pub(super) fn letter(
    event: &Envelope,
    addresses: AmqpAddresses,
    durably: bool,
) -> Result<(Mail, usize), ProviderError> {
    let other = |error: BoxError| ProviderError::Other(error);
    let content = write_value(&event.body).map_err(|error| other(error.into()))?;
    if content.len() > LONGEST {
        let length = content.len();
        return Err(other(
            format!("the event takes {length} bytes, and at most {LONGEST} are allowed").into(),
        ));
    }
    let said = event.headers.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>();
    if said > LONGEST {
        return Err(other(
            format!("its headers take {said} bytes, and at most {LONGEST} are allowed").into(),
        ));
    }
    let size = content.len() + said;
    let headers = event.headers.iter().chain([(EVENT, &*event.name)]);
    let headers = headers.map(|(name, text)| (name.to_owned(), SimpleValue::String(text.to_owned())));
    let body = match addresses {
        // As those of `aspyx_event` are.
        AmqpAddresses::Artemis => {
            let text = String::from_utf8(content.into()).map_err(|error| other(error.into()))?;
            Body::Value(AmqpValue(Value::String(text)))
        }
        // So that it is what it is for those who come by another protocol.
        AmqpAddresses::RabbitMq => Body::Data(Batch::new(vec![Data(Binary::from(Vec::from(content)))])),
    };
    let mail = Message {
        header: Some(Header { durable: durably, ..Header::default() }),
        delivery_annotations: None,
        message_annotations: None,
        properties: Some(Properties { content_type: Some(Symbol::from(JSON)), ..Properties::default() }),
        application_properties: Some(ApplicationProperties(headers.collect())),
        body,
        footer: None,
    };
    Ok((mail, size))
}

/// An event that has come because of a subscription, which says how it is called.
pub(super) fn read(
    mail: Mail,
    addresses: AmqpAddresses,
    subscription: &Subscription,
) -> Result<Envelope, BoxError> {
    let body = match mail.body {
        Body::Value(AmqpValue(Value::String(text))) => read_content(text.as_bytes())?,
        Body::Value(AmqpValue(Value::Binary(bytes))) => read_content(&bytes)?,
        Body::Data(parts) => match &*parts.into_inner() {
            [Data(bytes)] => read_content(bytes)?,
            parts => {
                read_content(&parts.iter().flat_map(|Data(bytes)| bytes.iter().copied()).collect::<Vec<_>>())?
            }
        },
        body @ (Body::Value(_) | Body::Sequence(_) | Body::Empty) => {
            if let Some(unsound) = sieve::why(&body) {
                return Err(unsound.to_string().into());
            }
            return Err("its body is neither a text nor bytes".into());
        }
    };
    let mut headers = Headers::new();
    for (name, value) in mail.application_properties.into_iter().flat_map(|properties| properties.0) {
        let name = name.strip_prefix(FOREIGN).unwrap_or(&name);
        // What the broker and the subscription say here is not for others to say.
        if !matches!(name, EVENT | GROUP | REDELIVERED)
            && let Some(text) = text(value)
        {
            headers = headers.with(name, &text);
        }
    }
    if let Some(group) = &subscription.group {
        headers = headers.with(GROUP, group);
    }
    if subscription.is_durable && mail.header.is_some_and(|header| addresses.is_redelivered(&header)) {
        headers = headers.with(REDELIVERED, "yes");
    }
    Ok(Envelope { name: subscription.event.clone(), headers, body })
}

fn read_content(bytes: &[u8]) -> Result<crate::value::Value, BoxError> {
    if bytes.len() > LONGEST {
        return Err("it is longer than 4 MiB".into());
    }
    Ok(read_value(bytes, DEPTH_LIMIT)?)
}

/// Headers are texts; others may say more than that.
fn text(value: SimpleValue) -> Option<String> {
    Some(match value {
        SimpleValue::Null => return None,
        SimpleValue::String(text) => text,
        SimpleValue::Symbol(symbol) => symbol.to_string(),
        SimpleValue::Bool(value) => value.to_string(),
        SimpleValue::Ubyte(value) => value.to_string(),
        SimpleValue::Ushort(value) => value.to_string(),
        SimpleValue::Uint(value) => value.to_string(),
        SimpleValue::Ulong(value) => value.to_string(),
        SimpleValue::Byte(value) => value.to_string(),
        SimpleValue::Short(value) => value.to_string(),
        SimpleValue::Int(value) => value.to_string(),
        SimpleValue::Long(value) => value.to_string(),
        SimpleValue::Float(value) => value.to_string(),
        SimpleValue::Double(value) => value.to_string(),
        SimpleValue::Char(value) => value.to_string(),
        SimpleValue::Timestamp(value) => value.milliseconds().to_string(),
        SimpleValue::Binary(bytes) => STANDARD.encode(bytes),
        other => format!("{other:?}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value as Content;

    fn event(headers: Headers, body: Content) -> Envelope {
        Envelope { name: "order".into(), headers, body }
    }

    fn from_others(body: Value) -> Mail {
        let properties = ApplicationProperties::builder().insert("lc-group", "others").insert("owner", 5_u32);
        let properties = properties.insert("lc-redelivered", "yes").insert("lc-x-name", "ada").build();
        Message {
            header: Some(Header { delivery_count: 1, ..Header::default() }),
            delivery_annotations: None,
            message_annotations: None,
            properties: None,
            application_properties: Some(properties),
            body: Body::Value(AmqpValue(body)),
            footer: None,
        }
    }

    #[test]
    fn what_goes_out_comes_in_as_it_was() {
        let headers = Headers::new().with("lc-source", "hall/door").with("traceparent", "00");
        let sent = event(headers, Content::from(5));
        for addresses in [AmqpAddresses::Artemis, AmqpAddresses::RabbitMq] {
            let (mail, size) = letter(&sent, addresses, true).unwrap();
            assert!(mail.header.as_ref().unwrap().durable && size > 1);
            let read = read(mail, addresses, &Subscription::to("order")).unwrap();
            assert_eq!(read, sent);
        }
    }

    #[test]
    fn group_and_repetition_are_what_is_known_here() {
        let lies = || from_others(Value::String("5".to_owned()));
        let artemis = AmqpAddresses::Artemis;
        let others = Headers::new().with("owner", "5").with("name", "ada");
        assert_eq!(
            read(lies(), artemis, &Subscription::to("order")).unwrap(),
            event(others, Content::from(5))
        );
        let known = read(lies(), artemis, &Subscription::to("order").in_group("clerks").durable()).unwrap();
        assert_eq!(
            (known.headers.get("lc-group"), known.headers.get("lc-redelivered")),
            (Some("clerks"), Some("yes"))
        );
    }

    #[test]
    fn what_is_no_json_is_no_event() {
        let artemis = AmqpAddresses::Artemis;
        let refused =
            |body| read(from_others(body), artemis, &Subscription::to("order")).unwrap_err().to_string();
        assert_eq!(refused(Value::Uint(5)), "its body is neither a text nor bytes");
        assert!(!refused(Value::String("hello".to_owned())).is_empty());
        assert_eq!(refused(Value::String("1".repeat(LONGEST + 1))), "it is longer than 4 MiB");
    }

    #[test]
    fn what_is_too_long_is_told_to_its_sender() {
        let long = event(Headers::new(), Content::from("x".repeat(LONGEST)));
        let error = letter(&long, AmqpAddresses::Artemis, false).unwrap_err().to_string();
        assert!(error.contains("at most 4194304"), "{error}");
        let long = event(Headers::new().with("a", &"x".repeat(LONGEST + 1)), Content::Null);
        let error = letter(&long, AmqpAddresses::Artemis, false).unwrap_err().to_string();
        assert!(error.contains("its headers take"), "{error}");
    }
}
