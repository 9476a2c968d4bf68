//! What comes from a broker, before the crate that speaks the protocol reads it.
//!
//! That crate keeps the parts of a message however many there are, and decodes what strangers have sent to the broker in a way that ends the process if
//! values lie in one another thousands deep. So a message is put together here, and one that nobody could read is replaced by a word that says why. As many
//! frames come out as went in, since both sides count them. The layout of frames is that of part 2 of AMQP 1.0 (OASIS, 2012).

use std::collections::HashMap;
use std::io::{self, IoSlice};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut, BytesMut};
use fe2o3_amqp::types::messaging::Body;
use fe2o3_amqp::types::primitives::Value;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::poll_read_buf;

use super::encoding::{DESCRIBED, Unsound, check_message};
use super::performative::{ATTACH, DETACH, END, OPEN, Performative, TRANSFER};
use crate::sync::{Arc, OnceLock};

/// So much a message may take, with all that it carries.
const LONGEST_MESSAGE: usize = 12 * 1024 * 1024;

/// The largest frame that the broker is allowed: a message of one frame, and what stands before it.
pub(super) const LARGEST_FRAME: u32 = 12 * 1024 * 1024 + 64 * 1024;

/// What protocols begin with, each on its own in the same connection.
const GREETING: &[u8] = b"AMQP";

/// The bytes of a greeting, and of the head of a frame.
const HEAD: usize = 8;

/// A frame that says only that somebody is there.
const BEAT: [u8; HEAD] = [0, 0, 0, 8, 2, 0, 0, 0];

/// Of frames that are longer than this it shows that somebody is there while they come.
const SLOW: usize = 64 * 1024;

/// So much is read at a time.
const PIECE: usize = 16 * 1024;

const AMQP: u8 = 0;

/// A connection of which only what is sound can be read.
#[derive(Debug)]
pub struct Sieve<S> {
    stream: S,
    received: BytesMut,
    /// So many of the bytes received may be read as they are.
    sound: usize,
    /// What is to be read before them.
    instead: BytesMut,
    /// By channel and link, messages of which the last part has not come.
    partial: HashMap<(u16, u32), Partial>,
    is_greeted: bool,
    product: Product,
}

/// How a broker calls itself, once it has.
pub(super) type Product = Arc<OnceLock<String>>;

#[derive(Debug)]
enum Partial {
    Kept(BytesMut),
    TooLong,
}

impl Default for Partial {
    fn default() -> Self {
        Self::Kept(BytesMut::new())
    }
}

impl Partial {
    fn add(&mut self, bytes: &[u8]) {
        if let Self::Kept(kept) = self {
            if kept.len() + bytes.len() > LONGEST_MESSAGE {
                *self = Self::TooLong;
            } else {
                kept.extend_from_slice(bytes);
            }
        }
    }

    fn sound(&self) -> Result<&[u8], Unsound> {
        match self {
            Self::Kept(kept) => {
                check_message(kept)?;
                Ok(kept)
            }
            Self::TooLong => Err(Unsound::Long),
        }
    }
}

/// Why a message was replaced, if this is what it was replaced by.
pub(super) fn why(body: &Body<Value>) -> Option<Unsound> {
    let Body::Value(value) = body else { return None };
    let Value::Symbol(word) = &value.0 else { return None };
    Unsound::ALL.into_iter().find(|unsound| word.as_bytes() == word_for(*unsound).as_bytes())
}

fn word_for(unsound: Unsound) -> &'static str {
    match unsound {
        Unsound::Deep => "lc:deep",
        Unsound::Long => "lc:long",
        Unsound::Wrong => "lc:wrong",
    }
}

/// A message whose value is a symbol.
fn replacement(unsound: Unsound) -> Vec<u8> {
    let word = word_for(unsound).as_bytes();
    let mut message = vec![DESCRIBED, 0x53, 0x77, 0xa3, u8::try_from(word.len()).unwrap_or_default()];
    message.extend_from_slice(word);
    message
}

fn broken(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words)
}

impl<S> Sieve<S> {
    /// Around one that is new.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            received: BytesMut::new(),
            sound: 0,
            instead: BytesMut::new(),
            partial: HashMap::new(),
            is_greeted: false,
            product: Product::default(),
        }
    }

    /// What the broker calls itself will stand there.
    pub(super) fn product(&self) -> Product {
        Arc::clone(&self.product)
    }

    fn has_some(&self) -> bool {
        self.sound > 0 || !self.instead.is_empty()
    }

    /// Hands out what may be read; whether there was anything.
    fn give(&mut self, into: &mut ReadBuf<'_>) -> bool {
        let from = if self.instead.is_empty() { &self.received[..self.sound] } else { &self.instead[..] };
        let length = from.len().min(into.remaining());
        into.put_slice(&from[..length]);
        if !self.instead.is_empty() {
            self.instead.advance(length);
            return true;
        }
        self.received.advance(length);
        self.sound -= length;
        if self.received.is_empty() && self.received.capacity() > SLOW {
            // Room that one large frame took, and no other needs.
            self.received = BytesMut::new();
        }
        length > 0
    }

    /// Looks at what has been received until there is something to read, or the next frame is not there as a whole.
    fn look(&mut self) -> io::Result<()> {
        while self.instead.is_empty() {
            let rest = &self.received[self.sound..];
            let Some(head) = rest.first_chunk::<HEAD>() else { return Ok(()) };
            if !self.is_greeted || head.starts_with(GREETING) {
                // Who speaks anything else is found out by whoever reads it.
                self.is_greeted = true;
                self.sound += HEAD;
                continue;
            }
            let [a, b, c, d, offset, kind, high, low] = *head;
            let size = u32::from_be_bytes([a, b, c, d]);
            if size > LARGEST_FRAME {
                return Err(broken("it sends a frame that is larger than it was told to send"));
            }
            let (size, start) = (size as usize, 4 * usize::from(offset));
            if start < HEAD || size < start {
                return Err(broken("it sends a frame that is no frame of AMQP 1.0"));
            }
            if rest.len() < size {
                return Ok(());
            }
            if kind == AMQP && size > start {
                let channel = u16::from_be_bytes([high, low]);
                if let Some((kept, payload)) = self.judge(channel, start..size)? {
                    let before = self.received.split_to(self.sound);
                    self.sound = 0;
                    self.instead = before;
                    let length = u32::try_from(kept + payload.len()).unwrap_or(u32::MAX);
                    self.instead.put_u32(length);
                    self.instead.extend_from_slice(&self.received[4..kept]);
                    self.instead.extend_from_slice(&payload);
                    self.received.advance(size);
                    continue;
                }
            }
            self.sound += size;
        }
        Ok(())
    }

    /// What is to be read in place of a frame, unless it may be read as it is: so many of its bytes, and then others.
    fn judge(&mut self, channel: u16, body: Range<usize>) -> io::Result<Option<(usize, Vec<u8>)>> {
        let start = body.start;
        let body = &self.received[self.sound..][body];
        let Some((performative, payload)) = Performative::split(body) else {
            return Err(broken("it sends a frame that is not encoded as AMQP 1.0 says"));
        };
        let length = body.len() - payload.len();
        let link = |field| performative.number(field).map(|handle| (channel, handle));
        match performative.code {
            OPEN => {
                if let Some(name) = performative.text(9, "product") {
                    // It is said once.
                    let _again = self.product.set(name.to_owned());
                }
            }
            ATTACH => drop(link(1).and_then(|link| self.partial.remove(&link))),
            DETACH => drop(link(0).and_then(|link| self.partial.remove(&link))),
            END => self.partial.retain(|(known, _), _| *known != channel),
            TRANSFER => {
                let link = link(0).ok_or_else(|| broken("it sends a message by no link"))?;
                if performative.is_true(9) {
                    // It has been given up.
                    self.partial.remove(&link);
                } else if performative.is_true(5) {
                    self.partial.entry(link).or_default().add(payload);
                    return Ok(Some((start + length, Vec::new())));
                } else if let Some(mut partial) = self.partial.remove(&link) {
                    partial.add(payload);
                    let message = partial.sound().map_or_else(replacement, <[u8]>::to_vec);
                    return Ok(Some((start + length, message)));
                } else if let Err(unsound) = check_message(payload) {
                    return Ok(Some((start + length, replacement(unsound))));
                }
            }
            _ => {}
        }
        Ok(None)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Sieve<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.give(into) {
                return Poll::Ready(Ok(()));
            }
            this.look()?;
            if this.has_some() {
                continue;
            }
            this.received.reserve(PIECE);
            let stream = Pin::new(&mut this.stream);
            if ready!(poll_read_buf(stream, cx, &mut this.received))? == 0 {
                // What has begun and has no end is for whoever reads to tell.
                this.sound = this.received.len();
                this.give(into);
                return Poll::Ready(Ok(()));
            }
            this.look()?;
            if !this.has_some() && this.received.len() > SLOW {
                this.instead.extend_from_slice(&BEAT);
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Sieve<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
