//! Between events and frames.

use super::addresses::StompAddresses;
use super::frames::{Frame, LONGEST};
use crate::metadata::Headers;
use crate::provider::envelope::{GROUP, REDELIVERED};
use crate::provider::wire::{DEPTH_LIMIT, read_value, write_value};
use crate::provider::{Envelope, ProviderError, Subscription};
use crate::reply::BoxError;

/// Whose event it is, for people and for other programs; here the subscription says so.
const EVENT: &str = "lc-event";

/// Our own go along as they are.
const OWN: &str = "lc-";

/// Those of users stand behind this: brokers give meanings to many short names.
const FOREIGN: &str = "lc-x-";

/// Names to which nobody gives another meaning.
const COMMON: [&str; 2] = ["traceparent", "tracestate"];

/// A broker ends a connection that sends longer ones.
const LONGEST_HEADER: usize = 8 * 1024;
const MOST_HEADERS: usize = 64;

/// An event on its way out.
pub(super) fn send(
    event: &Envelope,
    addresses: StompAddresses,
    durably: bool,
) -> Result<Frame, ProviderError> {
    let other = |error: BoxError| ProviderError::Other(error);
    let body = write_value(&event.body).map_err(|error| other(error.into()))?;
    if body.len() > LONGEST {
        let length = body.len();
        return Err(other(
            format!("the event takes {length} bytes, and at most {LONGEST} are allowed").into(),
        ));
    }
    let frame = Frame::new("SEND")
        .with("destination", &addresses.of_event(&event.name)?)
        .with("content-type", "application/json")
        .with(EVENT, &event.name);
    let frame = if durably { frame.with("persistent", "true") } else { frame };
    if event.headers.iter().count() > MOST_HEADERS {
        return Err(other(format!("it has more than {MOST_HEADERS} headers").into()));
    }
    let mut headers = event.headers.iter();
    let frame = headers.try_fold(frame, |frame, (name, text)| {
        if escaped(name) + escaped(text) > LONGEST_HEADER {
            return Err(other(format!("the header `{name}` takes more than {LONGEST_HEADER} bytes").into()));
        }
        let is_plain = name.starts_with(OWN) || COMMON.contains(&name);
        Ok(if is_plain { frame.with(name, text) } else { frame.with(&format!("{FOREIGN}{name}"), text) })
    })?;
    Ok(frame.with_body(body))
}

/// What it takes in a frame.
fn escaped(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| matches!(byte, b'\\' | b'\n' | b'\r' | b':')).count()
}

/// An event that has come because of a subscription, which says how it is called.
pub(super) fn read(frame: &Frame, subscription: &Subscription) -> Result<Envelope, BoxError> {
    let body = read_value(&frame.body, DEPTH_LIMIT)?;
    let mut headers = Headers::new();
    for (name, text) in frame.headers() {
        let foreign = name.strip_prefix(FOREIGN);
        // What the broker and the subscription say here is not for others to say.
        let is_said_here = matches!(foreign.unwrap_or(name), EVENT | GROUP | REDELIVERED);
        let is_ours = foreign.is_some() || name.starts_with(OWN) || COMMON.contains(&name);
        if is_ours && !is_said_here {
            headers = headers.with(foreign.unwrap_or(name), text);
        }
    }
    if let Some(group) = &subscription.group {
        headers = headers.with(GROUP, group);
    }
    if subscription.is_durable && frame.get("redelivered") == Some("true") {
        headers = headers.with(REDELIVERED, "yes");
    }
    Ok(Envelope { name: subscription.event.clone(), headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn event(headers: Headers, body: Value) -> Envelope {
        Envelope { name: "order".into(), headers, body }
    }

    #[test]
    fn what_goes_out_comes_in_as_it_was() {
        let headers = Headers::new()
            .with("lc-source", "hall/door")
            .with("destination", "a:b\n")
            .with("traceparent", "00");
        let sent = event(headers, Value::from(5));
        let frame = send(&sent, StompAddresses::ActiveMq, true).unwrap();
        assert_eq!(frame.get("destination"), Some("/topic/VirtualTopic.order"));
        assert_eq!((frame.get("lc-event"), frame.get("traceparent")), (Some("order"), Some("00")));
        assert_eq!(read(&frame, &Subscription::to("order")).unwrap(), sent);
    }

    #[test]
    fn group_and_repetition_are_what_is_known_here() {
        let lies = Frame::new("MESSAGE")
            .with("lc-group", "others")
            .with("lc-redelivered", "yes")
            .with("redelivered", "true");
        let lies = lies.with("lc-x-lc-group", "others").with("lc-x-lc-redelivered", "yes").with_body("5");
        assert_eq!(read(&lies, &Subscription::to("order")).unwrap(), event(Headers::new(), Value::from(5)));
        let known = read(&lies, &Subscription::to("order").in_group("clerks").durable()).unwrap();
        assert_eq!(
            (known.headers.get("lc-group"), known.headers.get("lc-redelivered")),
            (Some("clerks"), Some("yes"))
        );
    }

    #[test]
    fn what_others_send_without_headers_is_an_event_and_what_is_no_json_is_none() {
        let theirs = Frame::new("MESSAGE").with("priority", "4").with("timestamp", "1");
        let read = |body: &'static str| read(&theirs.clone().with_body(body), &Subscription::to("order"));
        assert_eq!(read("5").unwrap(), event(Headers::new(), Value::from(5)));
        assert!(read("hello").is_err());
    }

    #[test]
    fn what_brokers_would_not_take_is_told_to_its_sender() {
        let long = event(Headers::new(), Value::from("x".repeat(LONGEST)));
        assert!(
            send(&long, StompAddresses::Queue, false).unwrap_err().to_string().contains("at most 4194304")
        );
        for text in ["x".repeat(LONGEST_HEADER), "\n".repeat(LONGEST_HEADER / 2)] {
            let long = event(Headers::new().with("a", &text), Value::Null);
            let error = send(&long, StompAddresses::Queue, false).unwrap_err().to_string();
            assert!(error.contains("the header `a`"), "{error}");
        }
    }
}
