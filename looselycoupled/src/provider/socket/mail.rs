//! Between envelopes and frames.

use crate::metadata::Headers;
use crate::provider::wire::{
    BodyError, DEPTH_LIMIT, Frame, FrameCodec, FrameError, FrameHeaders, HEADERS_LIMIT, Kind, MOST_HEADERS,
    USUAL_LIMIT, read_value, write_value,
};
use crate::provider::{Answer, Envelope, ProviderError, RemoteError};

/// The version of the protocol, as a peer says it.
pub(super) const VERSION: &str = "1";
pub(super) const VERSION_HEADER: &str = "version";

/// Of the first frame by a port: the token.
pub(super) const TOKEN: &str = "token";

/// Of a subscription: it is durable.
pub(super) const DURABLE: &str = "durable";
/// Of a subscription: with whom it takes turns.
pub(super) const GROUP: &str = "group";

/// The bytes that the name of a group has at most, so that it has room among the headers of every event.
pub(super) const LONGEST_GROUP: usize = 255;

/// So many headers may be added on the way, with so many bytes.
const MARKS: usize = 2;
const MARKS_BYTES: usize = 512;

/// How long a frame may be on its way: as long as its sender may make it, and what is added.
pub(super) const LONGEST: u32 = USUAL_LIMIT + (MARKS_BYTES + 3 * MARKS) as u32;

/// Stands with failures that are the broker's own, whose bodies are words.
const BY_BROKER: &str = "by-broker";

pub(super) fn frame(kind: Kind, id: u64, envelope: &Envelope) -> Result<Frame, ProviderError> {
    let other = |error: Box<dyn std::error::Error + Send + Sync>| ProviderError::Other(error);
    let headers = FrameHeaders::try_from(&envelope.headers).map_err(|error| other(error.into()))?;
    has_room_for_marks(&headers).map_err(|error| other(error.into()))?;
    let body = write_value(&envelope.body).map_err(|error| other(error.into()))?;
    Ok(Frame::new(kind, id).named(envelope.name.clone()).with_headers(headers).with_body(body))
}

pub(super) fn envelope(frame: &Frame) -> Result<Envelope, BodyError> {
    let headers = frame.headers.iter().fold(Headers::new(), |all, (name, text)| all.with(name, text));
    Ok(Envelope { name: frame.name.clone(), headers, body: read_value(&frame.body, DEPTH_LIMIT)? })
}

/// Whether what may be said on the way still fits.
pub(super) fn has_room_for_marks(headers: &FrameHeaders) -> Result<(), FrameError> {
    let (count, length) = (headers.len() + MARKS, headers.bytes() + MARKS_BYTES);
    if count > MOST_HEADERS {
        return Err(FrameError::TooManyHeaders { count, limit: MOST_HEADERS });
    }
    if length > HEADERS_LIMIT {
        let name = headers.iter().last().map_or("", |(name, _)| name).to_owned();
        return Err(FrameError::HeadersTooLong { name, length, limit: HEADERS_LIMIT });
    }
    Ok(())
}

/// Says something about an event on its last way. Its sender has left room for it.
pub(super) fn mark(headers: &mut FrameHeaders, name: &str, text: &str) {
    if let Err(error) = headers.set(name, text) {
        tracing::warn!(target: "looselycoupled", name, "a header does not go along: {error}");
    }
}

/// Whether its sender may make a frame as long as it is.
pub(super) fn may_be_sent(frame: &Frame) -> Result<(), FrameError> {
    FrameCodec::new(USUAL_LIMIT).check(frame).map(drop)
}

/// What a server answers.
pub(super) fn answer(id: u64, answer: &Answer) -> Frame {
    let failed = |error: &RemoteError| {
        let words = serde_json::to_vec(error).unwrap_or_default();
        Frame::new(Kind::Failure, id).with_body(words)
    };
    match answer {
        Ok(value) => match write_value(value) {
            Ok(body) => Frame::new(Kind::Reply, id).with_body(body),
            Err(error) => failed(&RemoteError {
                code: crate::code::ErrorCode::Result,
                message: format!("the result cannot be sent: {error}"),
                causes: Vec::new(),
                begun: true,
            }),
        },
        Err(error) => failed(error),
    }
}

/// What the broker says where no server answers.
pub(super) fn nobody(id: u64, why: &str) -> Frame {
    let mut headers = FrameHeaders::new();
    let _always_fits = headers.push(BY_BROKER, "yes");
    Frame::new(Kind::Failure, id).with_headers(headers).with_body(why.to_owned())
}

/// What a caller makes of what came back.
pub(super) fn answered(frame: &Frame) -> Result<Answer, ProviderError> {
    let malformed = |error: &dyn std::fmt::Display| {
        ProviderError::Unreachable(format!("the answer cannot be read: {error}"))
    };
    if frame.kind == Kind::Reply {
        return read_value(&frame.body, DEPTH_LIMIT).map(Ok).map_err(|error| malformed(&error));
    }
    if frame.headers.get(BY_BROKER).is_some() {
        return Err(ProviderError::Unreachable(words(frame)));
    }
    serde_json::from_slice(&frame.body).map(Err).map_err(|error| malformed(&error))
}

/// A body that is text for people.
pub(super) fn words(frame: &Frame) -> String {
    String::from_utf8_lossy(&frame.body).into_owned()
}
