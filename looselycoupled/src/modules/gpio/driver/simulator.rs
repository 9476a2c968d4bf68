//! No device: outputs go nowhere, and inputs change when they are told to.

use std::collections::{BTreeMap, BTreeSet};
use std::task::{Context as Waking, Poll};

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::debounce::Debounced;
use super::{Device, Edge, EdgeSource, Opened};
use crate::modules::gpio::outputs::Outputs;
use crate::modules::gpio::plan::Plan;
use crate::modules::gpio::{Bias, GpioConfig, GpioError, Line};

pub(super) fn open(config: &GpioConfig, now: Instant) -> Result<Opened, GpioError> {
    let mut offsets = Offsets::new(config);
    let plan = Plan::new(config, |line| Ok(offsets.of(line)))?;
    let outputs = Outputs::new(&plan.outputs, now);
    let (changes, seen) = mpsc::unbounded_channel();
    let levels =
        plan.inputs.iter().map(|input| (input.offset, (input.bias == Bias::PullUp) != input.active_low));
    let levels: BTreeMap<u32, bool> = levels.collect();
    let edges = Box::new(Debounced::new(Seen(seen), &plan.inputs, &levels));
    let device = Box::new(Simulated { start: now, levels, changes });
    Ok(Opened { plan, outputs, device, edges })
}

/// Numbers for lines that only have a name.
struct Offsets {
    taken: BTreeSet<u32>,
    named: BTreeMap<String, u32>,
}

impl Offsets {
    fn new(config: &GpioConfig) -> Self {
        let inputs = config.inputs.iter().map(|(name, input)| (name, &input.line));
        let outputs = config.outputs.iter().map(|(name, output)| (name, &output.line));
        let numbers = inputs.chain(outputs).filter_map(|(name, line)| {
            match line.clone().unwrap_or_else(|| Line::from(&**name)) {
                Line::Offset(offset) => Some(offset),
                Line::Name(_) => None,
            }
        });
        Self { taken: numbers.collect(), named: BTreeMap::new() }
    }

    fn of(&mut self, line: &Line) -> u32 {
        match line {
            Line::Offset(offset) => *offset,
            Line::Name(name) => *self.named.entry(name.clone()).or_insert_with(|| {
                let free = (0..=u32::MAX).find(|offset| self.taken.insert(*offset));
                free.unwrap_or(u32::MAX)
            }),
        }
    }
}

#[derive(Debug)]
struct Simulated {
    start: Instant,
    levels: BTreeMap<u32, bool>,
    changes: mpsc::UnboundedSender<Edge>,
}

impl Device for Simulated {
    fn write(&mut self, _levels: &[(u32, bool)]) -> Result<(), GpioError> {
        Ok(())
    }

    fn read(&mut self, offset: u32) -> Result<bool, GpioError> {
        Ok(self.levels.get(&offset).copied().unwrap_or(false))
    }

    fn check(&mut self) -> Result<(), GpioError> {
        Ok(())
    }

    fn simulate(&mut self, offset: u32, active: bool) -> Result<(), GpioError> {
        if self.levels.insert(offset, active) != Some(active) {
            let timestamp_ns = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
            // Nobody listens any more when the application ends: then nothing changes for anybody.
            let _nobody_listens =
                self.changes.send(Edge { offset, rising: active, timestamp_ns, number: None });
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Seen(mpsc::UnboundedReceiver<Edge>);

impl EdgeSource for Seen {
    fn poll_edge(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Edge, GpioError>> {
        match self.0.poll_recv(waking) {
            Poll::Ready(Some(edge)) => Poll::Ready(Ok(edge)),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}
