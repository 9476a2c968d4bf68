//! The trace context of the W3C (<https://www.w3.org/TR/trace-context/>).

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;

use super::{Interceptor, Message, Rejection};

const HEADER: &str = "traceparent";
const STATE: &str = "tracestate";

/// Gives every message a `traceparent`: that of the trace in which it is sent with a number of its own, or the first one of a new trace.
///
/// Handlers find it among the headers, [`TraceParent`] reads it, and what they send continues the trace. What comes from elsewhere
/// with a `traceparent` that cannot be read begins a new trace, as the standard says, and loses its `tracestate`.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::interceptor::{TraceContext, TraceParent};
///
/// #[derive(Default)]
/// struct Lamp;
///
/// #[module]
/// impl Lamp {
///     #[task]
///     fn trace(&self, ctx: &Context) -> Option<String> {
///         ctx.metadata().headers.get("traceparent").map(str::to_owned)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("lamp", Lamp).interceptor(TraceContext::default()).start().await?;
/// let trace: Option<String> = app.handle().exec_task("lamp.trace", args! {}).await?.get()?;
/// assert!(trace.unwrap().parse::<TraceParent>()?.is_sampled());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct TraceContext {
    is_sampled: bool,
}

impl Default for TraceContext {
    /// New traces are sampled.
    fn default() -> Self {
        Self { is_sampled: true }
    }
}

impl TraceContext {
    /// New traces are not sampled, unless somebody else has begun them.
    #[must_use]
    pub const fn unsampled() -> Self {
        Self { is_sampled: false }
    }

    /// The place of one message in its trace.
    fn trace(self, message: &mut Message) {
        let known = message.header(HEADER).map(str::parse::<TraceParent>);
        let next = match known {
            Some(Ok(parent)) => TraceParent { parent: random(), ..parent },
            unknown => {
                if unknown.is_some() {
                    message.remove_header(STATE);
                }
                TraceParent::begin(self.is_sampled)
            }
        };
        message.set_header(HEADER, &next.to_string());
    }
}

impl Interceptor for TraceContext {
    async fn sending(&self, message: &mut Message) -> Result<(), Rejection> {
        self.trace(message);
        Ok(())
    }
}

/// A `traceparent`: which trace, which message of it, and whether it is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    trace: u128,
    parent: u64,
    flags: u8,
}

impl TraceParent {
    const SAMPLED: u8 = 1;

    fn begin(is_sampled: bool) -> Self {
        let trace = u128::from(random()) << 64 | u128::from(random());
        Self { trace, parent: random(), flags: if is_sampled { Self::SAMPLED } else { 0 } }
    }

    /// The number of the trace.
    #[must_use]
    pub const fn trace(&self) -> u128 {
        self.trace
    }

    /// The number of the message in it.
    #[must_use]
    pub const fn parent(&self) -> u64 {
        self.parent
    }

    /// Whether the trace is to be recorded.
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.flags & Self::SAMPLED != 0
    }
}

/// As it is written in the header, in version 00.
impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace, self.parent, self.flags & Self::SAMPLED)
    }
}

/// A text is no `traceparent`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no traceparent: `00-` and 32, 16 and 2 digits of lower-case hexadecimal numbers that are not zero"
)]
pub struct BadTraceParent(String);

impl FromStr for TraceParent {
    type Err = BadTraceParent;

    /// Later versions may be longer, and are read as far as this one goes.
    fn from_str(text: &str) -> Result<Self, BadTraceParent> {
        read(text).ok_or_else(|| BadTraceParent(text.to_owned()))
    }
}

fn read(text: &str) -> Option<TraceParent> {
    let mut parts = text.splitn(5, '-');
    let version = digits(parts.next()?, 2)?;
    let (trace, parent) = (digits(parts.next()?, 32)?, digits(parts.next()?, 16)?);
    let flags = digits(parts.next()?, 2)?;
    let is_longer = parts.next().is_some();
    let is_known = version != 0xff && (version != 0 || !is_longer);
    let (parent, flags) = (u64::try_from(parent).ok()?, u8::try_from(flags).ok()?);
    (is_known && trace != 0 && parent != 0).then_some(TraceParent { trace, parent, flags })
}

fn digits(text: &str, number: usize) -> Option<u128> {
    let is_digit = |sign: u8| sign.is_ascii_digit() || (b'a'..=b'f').contains(&sign);
    let fits = text.len() == number && text.bytes().all(is_digit);
    fits.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

/// A number that is not zero and that nobody else is likely to choose. Numbers of traces are no secrets.
fn random() -> u64 {
    // Its keys come from the operating system, and are others each time.
    RandomState::new().hash_one(0_u8).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_the_standard_shows_is_read_and_written() {
        let read: TraceParent = EXAMPLE.parse().unwrap();
        assert!(read.is_sampled());
        assert_eq!(read.to_string(), EXAMPLE);
    }

    #[test]
    fn what_the_standard_forbids_is_refused() {
        for bad in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "+0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert!(bad.parse::<TraceParent>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_later_version_is_read_as_far_as_this_one_goes() {
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-then";
        assert_eq!(later.parse::<TraceParent>().unwrap().to_string(), EXAMPLE);
    }

    #[test]
    fn numbers_are_others_each_time() {
        assert_ne!(TraceParent::begin(true), TraceParent::begin(true));
    }
}
