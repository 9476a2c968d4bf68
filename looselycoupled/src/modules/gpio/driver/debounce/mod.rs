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
    /// The last change that came, and whether it has been compared with the line since.
    seen: Option<Edge>,
    is_fresh: bool,
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
            is_fresh: false,
            is_made_up: false,
            number: 0,
        };
        let inputs = inputs.iter().map(|input| (input.offset, settling(input))).collect();
        Self { source, inputs, timer: None }
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.inputs.values().filter_map(|input| input.candidate.map(|(_, deadline)| deadline)).min()
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

impl Settling {
    /// Something that can be told at once.
    fn see(&mut self, edge: Edge, now: Instant) -> Option<Edge> {
        let is_repeated = self.seen.replace(edge).is_some_and(|seen| seen.rising == edge.rising);
        let is_known = is_repeated && std::mem::take(&mut self.is_made_up);
        (self.is_fresh, self.is_made_up) = (true, false);
        if is_known {
            return None;
        }
        if self.debounce.is_zero() {
            // The change between two of one direction is lost.
            self.number = self.number.wrapping_add(u32::from(is_repeated));
            return self.tell(edge);
        }
        self.candidate = (self.told != Some(edge.rising)).then(|| (edge, now + self.debounce));
        None
    }

    /// All that there was has been seen. If the line is not where that left it, the last change was lost: here it is, at the time of the
    /// last that was not. Should it come after all, it is known already.
    fn make_up(&mut self, level: impl Fn(u32) -> Option<bool>, now: Instant) -> Option<Edge> {
        let seen = self.seen.filter(|_| std::mem::take(&mut self.is_fresh))?;
        let rising = level(seen.offset).filter(|level| *level != seen.rising)?;
        let told = self.see(Edge { rising, ..seen }, now);
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
