//! The chip while its module works with it: shared by the module's tasks and the hook that keeps time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::driver::{Device, Opened};
use super::outputs::Outputs;
use super::plan::Plan;
use super::{Direction, GpioError, Line, LineInfo, OutputState};

/// A chip, locked for as long as one change takes.
#[derive(Debug)]
pub(super) struct Bank {
    chip: Mutex<Chip>,
    /// Something may blink that did not, or the device has failed.
    changed: Notify,
}

#[derive(Debug)]
struct Chip {
    plan: Plan,
    outputs: Outputs,
    device: Box<dyn Device>,
    trouble: Option<Arc<GpioError>>,
    /// All outputs are off for good.
    is_over: bool,
}

impl Bank {
    pub(super) fn new(plan: Plan, outputs: Outputs, device: Box<dyn Device>) -> Self {
        Self {
            chip: Mutex::new(Chip { plan, outputs, device, trouble: None, is_over: false }),
            changed: Notify::new(),
        }
    }

    fn chip(&self) -> MutexGuard<'_, Chip> {
        self.chip.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the state before.
    pub(super) fn set(
        &self,
        line: &Line,
        state: impl FnOnce(OutputState) -> OutputState,
    ) -> Result<Change, GpioError> {
        let mut chip = self.chip();
        chip.works()?;
        let place = chip.plan.output(line)?;
        let before = chip.outputs.state(place);
        let after = state(before);
        chip.outputs.set(place, after, Instant::now());
        let written = chip.write();
        self.changed.notify_one();
        written.map(|()| Change { before, after })
    }

    pub(super) fn state(&self, line: &Line) -> Result<OutputState, GpioError> {
        let chip = self.chip();
        chip.works()?;
        Ok(chip.outputs.state(chip.plan.output(line)?))
    }

    pub(super) fn input(&self, line: &Line) -> Result<bool, GpioError> {
        let mut chip = self.chip();
        chip.works()?;
        let offset = chip.plan.input(line)?.offset;
        let level = chip.device.read(offset);
        chip.heed(level)
    }

    pub(super) fn simulate(&self, line: &Line, active: bool) -> Result<(), GpioError> {
        let mut chip = self.chip();
        chip.works()?;
        let offset = chip.plan.input(line)?.offset;
        chip.device.simulate(offset, active)
    }

    /// What is known of all lines, the inputs first.
    pub(super) fn lines(&self) -> Result<Vec<LineInfo>, GpioError> {
        let mut chip = self.chip();
        chip.works()?;
        let lines = chip.lines();
        chip.heed(lines)
    }

    /// The name that the section gives a line.
    pub(super) fn name(&self, offset: u32) -> String {
        let chip = self.chip();
        chip.plan
            .lines()
            .find(|(line, _)| *line == offset)
            .map_or_else(String::new, |(_, name)| name.to_owned())
    }

    /// When there is something to do at the latest.
    pub(super) fn next_beat(&self) -> Option<Instant> {
        self.chip().outputs.next_beat()
    }

    /// Lets outputs change whose time has come.
    pub(super) fn beat(&self) -> Result<(), GpioError> {
        let mut chip = self.chip();
        chip.works()?;
        if chip.outputs.beat(Instant::now()) { chip.write() } else { Ok(()) }
    }

    /// Whether the chip is still there.
    pub(super) fn check(&self) -> Result<(), GpioError> {
        let mut chip = self.chip();
        chip.works()?;
        let there = chip.device.check();
        chip.heed(there)
    }

    /// Remembers a failure of the device that showed elsewhere.
    pub(super) fn heed<T>(&self, result: Result<T, GpioError>) -> Result<T, GpioError> {
        self.chip().heed(result)
    }

    /// Waits until an output may have begun to blink, or the device has failed.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Switches all outputs off; what is set from now on is refused.
    pub(super) fn end(&self) -> Result<(), GpioError> {
        self.chip().end()
    }
}

impl Chip {
    fn works(&self) -> Result<(), GpioError> {
        self.trouble.as_ref().map_or(Ok(()), |trouble| Err(GpioError::OutOfOrder(Arc::clone(trouble))))
    }

    fn write(&mut self) -> Result<(), GpioError> {
        let written = self.device.write(&self.outputs.levels());
        self.heed(written)
    }

    /// Remembers that the device has failed: from then on nobody is told that all is well.
    fn heed<T>(&mut self, result: Result<T, GpioError>) -> Result<T, GpioError> {
        if let Err(error) = &result {
            self.trouble = Some(Arc::new(error.clone()));
        }
        result
    }

    fn lines(&mut self) -> Result<Vec<LineInfo>, GpioError> {
        let Self { plan, outputs, device, .. } = self;
        let mut lines = Vec::new();
        for input in &plan.inputs {
            let active = device.read(input.offset)?;
            let (line, name) = (input.offset, input.name.clone());
            lines.push(LineInfo { line, name, direction: Direction::Input, active, state: None });
        }
        for (place, (output, (line, active))) in plan.outputs.iter().zip(outputs.levels()).enumerate() {
            let (name, state) = (output.name.clone(), Some(outputs.state(place)));
            lines.push(LineInfo { line, name, direction: Direction::Output, active, state });
        }
        Ok(lines)
    }

    fn end(&mut self) -> Result<(), GpioError> {
        if self.is_over || self.trouble.is_some() {
            return Ok(());
        }
        self.is_over = true;
        self.outputs.all_off();
        self.write()
    }
}

/// An instance that is dropped without its end, since it failed, leaves nothing switched on.
impl Drop for Chip {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!(%error, "outputs could not be switched off");
        }
    }
}

/// What became of an output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) before: OutputState,
    pub(super) after: OutputState,
}

impl From<Opened> for Bank {
    fn from(opened: Opened) -> Self {
        Self::new(opened.plan, opened.outputs, opened.device)
    }
}
