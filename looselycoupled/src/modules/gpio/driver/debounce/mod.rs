//! Debouncing where the device does none.

use std::collections::BTreeMap;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context as Waking, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

use super::{Edge, EdgeSource};
use crate::modules::gpio::plan::Input;
use crate::modules::gpio::{Edges, GpioError};
use crate::prelude::*;

/// For how long a line must have been silent before what it does now is compared with its last change: one that the kernel has seen
/// takes a moment until it can be read.
const SILENCE: Duration = Duration::from_millis(10);

/// Tells of a change when it has stayed for as long as its input wants, as the kernel's second version does; of what bounces back, nothing.
///
/// The time of a change is when it came, not when it was believed.
#[derive(Debug)]
pub(super) struct Debounced<S> {
    source: S,
    inputs: BTreeMap<u32, Settling>,
    timer: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug)]
struct Settling {
    debounce: Duration,
    edges: Edges,
    /// The level that was told last.
    told: Option<bool>,
    /// What may turn out to be a change.
    candidate: Option<(Edge, Instant)>,
    /// The last change that came, and when.
    seen: Option<(Edge, Instant)>,
    /// When that is compared with the line.
    look: Option<Instant>,
    /// The last change was found by looking at the line.
    is_made_up: bool,
    number: u32,
}

impl<S> Debounced<S> {
    /// `levels` are those of the beginning.
    pub(super) fn new(source: S, inputs: &[Input], levels: &BTreeMap<u32, bool>) -> Self {
        let settling = |input: &Input| Settling {
            debounce: input.debounce,
            edges: input.edges,
            told: levels.get(&input.offset).copied(),
            candidate: None,
            seen: None,
            look: None,
            is_made_up: false,
            number: 0,
        };
        let inputs = inputs.iter().map(|input| (input.offset, settling(input))).collect();
        Self { source, inputs, timer: None }
    }

    fn next_deadline(&self) -> Option<Instant> {
        let candidate = |input: &Settling| input.candidate.map(|(_, deadline)| deadline);
        self.inputs.values().flat_map(|input| [candidate(input), input.look]).flatten().min()
    }

    /// Whether a deadline has passed meanwhile.
    fn poll_timer(&mut self, waking: &mut Waking<'_>) -> bool {
        let Some(deadline) = self.next_deadline() else {
            self.timer = None;
            return false;
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(waking).is_ready()
    }
}

/// So much later, or as good as never.
fn later(now: Instant, wait: Duration) -> Instant {
    now.checked_add(wait).unwrap_or_else(|| now + Duration::from_secs(u64::from(u32::MAX)))
}

impl Settling {
    /// Something that can be told at once.
    fn see(&mut self, edge: Edge, now: Instant) -> Option<Edge> {
        let is_repeated = self.seen.replace((edge, now)).is_some_and(|(seen, _)| seen.rising == edge.rising);
        let is_known = is_repeated && std::mem::take(&mut self.is_made_up);
        (self.look, self.is_made_up) = (Some(now + SILENCE), false);
        if is_known {
            return None;
        }
        if self.debounce.is_zero() {
            // The change between two of one direction is lost.
            self.number = self.number.wrapping_add(u32::from(is_repeated));
            return self.tell(edge);
        }
        self.candidate = (self.told != Some(edge.rising)).then(|| (edge, later(now, self.debounce)));
        None
    }

    /// Nothing more has come. If the line is not where the last change left it, one was lost: here it is. Should it come after all, it is
    /// known already.
    fn make_up(&mut self, level: impl Fn(u32) -> Option<bool>, now: Instant) -> Option<Edge> {
        self.look.take_if(|look| *look <= now)?;
        let (seen, at) = self.seen?;
        let rising = level(seen.offset).filter(|level| *level != seen.rising)?;
        let since = u64::try_from((now - at).as_nanos()).unwrap_or(u64::MAX);
        let timestamp_ns = seen.timestamp_ns.saturating_add(since);
        let told = self.see(Edge { rising, timestamp_ns, ..seen }, now);
        self.is_made_up = true;
        told
    }

    /// A change that has stayed for long enough.
    fn settled(&mut self, now: Instant) -> Option<Edge> {
        let (edge, _) = self.candidate.take_if(|(_, deadline)| *deadline <= now)?;
        self.told = Some(edge.rising);
        self.tell(edge)
    }

    fn tell(&mut self, edge: Edge) -> Option<Edge> {
        let is_wanted = match self.edges {
            Edges::Both => true,
            Edges::Rising => edge.rising,
            Edges::Falling => !edge.rising,
        };
        is_wanted.then(|| {
            self.number = self.number.wrapping_add(1);
            Edge { number: Some(self.number), ..edge }
        })
    }
}

impl<S: EdgeSource> EdgeSource for Debounced<S> {
    fn poll_edge(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Edge, GpioError>> {
        loop {
            let now = Instant::now();
            if let Some(edge) = self.inputs.values_mut().find_map(|input| input.settled(now)) {
                return Poll::Ready(Ok(edge));
            }
            let Self { source, inputs, .. } = self;
            let told = match source.poll_edge(waking)? {
                Poll::Ready(edge) => inputs.get_mut(&edge.offset).and_then(|input| input.see(edge, now)),
                Poll::Pending => {
                    let level = |offset| source.level(offset);
                    let made_up = inputs.values_mut().find_map(|input| input.make_up(level, now));
                    if made_up.is_none() && !self.poll_timer(waking) {
                        return Poll::Pending;
                    }
                    made_up
                }
            };
            if let Some(edge) = told {
                return Poll::Ready(Ok(edge));
            }
        }
    }
}

#[cfg(test)]
mod tests;
