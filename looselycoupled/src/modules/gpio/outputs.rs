//! What outputs do as time passes.

use tokio::time::Instant;

use super::OutputState;
use super::plan::Output;
use crate::prelude::*;

/// The outputs of one chip, and the moment from which all rhythms count.
///
/// Whether a blinking output is active follows from the time since then, not from what it was before. So outputs of one rhythm
/// never drift apart, and a change that comes late makes the next one no later.
#[derive(Debug)]
pub(super) struct Outputs {
    start: Instant,
    lines: Vec<OutputLine>,
}

#[derive(Debug)]
struct OutputLine {
    offset: u32,
    state: OutputState,
    active: bool,
    /// The half period that it has fallen in with.
    half_period: u128,
}

impl Outputs {
    pub(super) fn new(outputs: &[Output], now: Instant) -> Self {
        let line = |output: &Output| OutputLine {
            offset: output.offset,
            state: OutputState::Off,
            active: false,
            half_period: 0,
        };
        let mut made = Self { start: now, lines: outputs.iter().map(line).collect() };
        for (place, output) in outputs.iter().enumerate() {
            made.set(place, output.initial, now);
        }
        made
    }

    pub(super) fn state(&self, place: usize) -> OutputState {
        self.lines.get(place).map_or(OutputState::Off, |line| line.state)
    }

    /// Returns the state before.
    pub(super) fn set(&mut self, place: usize, state: OutputState, now: Instant) -> OutputState {
        let half_period = self.half_period(state, now);
        let Some(line) = self.lines.get_mut(place) else { return OutputState::Off };
        if line.state != state {
            line.half_period = half_period.unwrap_or(0);
            line.active = match state {
                OutputState::Off => false,
                OutputState::On => true,
                _ => !line.active,
            };
        }
        std::mem::replace(&mut line.state, state)
    }

    /// Lets blinking outputs change whose time has come; whether there was any.
    pub(super) fn beat(&mut self, now: Instant) -> bool {
        let mut has_changed = false;
        for place in 0..self.lines.len() {
            let Some(half_period) = self.half_period(self.lines[place].state, now) else { continue };
            let line = &mut self.lines[place];
            if line.half_period != half_period {
                line.half_period = half_period;
                line.active = half_period % 2 == 1;
                has_changed = true;
            }
        }
        has_changed
    }

    /// When the next blinking output changes.
    pub(super) fn next_beat(&self) -> Option<Instant> {
        let next = |line: &OutputLine| {
            let half = line.state.half_period()?.as_millis();
            let since = u64::try_from(half * (line.half_period + 1)).ok()?;
            Some(self.start + Duration::from_millis(since))
        };
        self.lines.iter().filter_map(next).min()
    }

    pub(super) fn all_off(&mut self) {
        for line in &mut self.lines {
            (line.state, line.active) = (OutputState::Off, false);
        }
    }

    /// All of them, by offset.
    pub(super) fn levels(&self) -> Vec<(u32, bool)> {
        self.lines.iter().map(|line| (line.offset, line.active)).collect()
    }

    /// How many half periods of a rhythm have passed.
    fn half_period(&self, state: OutputState, now: Instant) -> Option<u128> {
        let half = state.half_period()?;
        Some(now.saturating_duration_since(self.start).as_millis() / half.as_millis())
    }
}
