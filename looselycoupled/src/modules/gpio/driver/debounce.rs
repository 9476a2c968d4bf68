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
        if self.debounce.is_zero() {
            return self.tell(edge);
        }
        self.candidate = (self.told != Some(edge.rising)).then(|| (edge, now + self.debounce));
        None
    }

    /// A change that has stayed for long enough. `level` is asked for what the line does now: a queue that overflowed may have lost the last change.
    fn settled(&mut self, now: Instant, level: impl Fn(u32) -> Option<bool>) -> Option<Edge> {
        let (edge, _) = self.candidate.take_if(|(_, deadline)| *deadline <= now)?;
        let rising = level(edge.offset).unwrap_or(edge.rising);
        if self.told.replace(rising) == Some(rising) {
            return None;
        }
        self.tell(Edge { rising, ..edge })
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

impl<S: EdgeSource> Debounced<S> {
    fn settled(&mut self, now: Instant) -> Option<Edge> {
        let Self { source, inputs, .. } = self;
        inputs.values_mut().find_map(|input| input.settled(now, |offset| source.level(offset)))
    }
}

impl<S: EdgeSource> EdgeSource for Debounced<S> {
    fn poll_edge(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Edge, GpioError>> {
        loop {
            if let Some(edge) = self.settled(Instant::now()) {
                return Poll::Ready(Ok(edge));
            }
            match self.source.poll_edge(waking)? {
                Poll::Ready(edge) => {
                    let input = self.inputs.get_mut(&edge.offset);
                    if let Some(edge) = input.and_then(|input| input.see(edge, Instant::now())) {
                        return Poll::Ready(Ok(edge));
                    }
                }
                Poll::Pending if self.poll_timer(waking) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
