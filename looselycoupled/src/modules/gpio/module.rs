//! The module.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::Arc;

use tokio::time::{Instant, sleep, sleep_until};

use super::bank::Bank;
use super::driver::{self, Edge, EdgeSource};
use super::{ChangedGpioInput, GpioConfig, GpioError, Line, LineInfo, OutputState};
use crate::prelude::*;

/// How long a device may be gone before it is noticed, if nobody uses it and the kernel does not tell.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// The lines of a GPIO chip.
///
/// The module takes hold of its lines when it is initialised. What goes wrong there does not keep the application from starting: the module
/// fails as soon as it is active, and what follows is its policy. With `report`, the default, each of its tasks answers with the cause. With `restart` it tries
/// again, with growing delays, for as long as its budget lasts: `policy: { restart: { budget: 100, within: 1m, longest_delay: 5s } }` waits for
/// ever, since no minute has a hundred delays of five seconds. With `exit` the application ends. So it is when the device goes while it is in use; that
/// is noticed within a second.
///
/// When the application ends, or the module is made again, all outputs are switched off.
#[derive(Debug, Default)]
pub struct Gpio {
    /// None before it is initialised.
    bank: Option<Result<Arc<Bank>, Arc<GpioError>>>,
    edges: Option<Box<dyn EdgeSource>>,
}

/// What the hook works with; a task hands it over, so it is as visible as the module.
#[doc(hidden)]
#[derive(Debug)]
pub struct Work {
    bank: Arc<Bank>,
    edges: Box<dyn EdgeSource>,
}

#[module(
    config = GpioConfig,
    emits(
        changed_gpio_input(line: u32, line_name: String, line_seq: u32, rising_edge: bool, timestamp_ns: u64),
        unheard = "outputs alone are good for something",
    ),
)]
impl Gpio {
    #[initialize]
    async fn open(&mut self, ctx: &Context) -> Result<()> {
        match driver::open(&ctx.config::<Self>(), Instant::now()) {
            Ok(mut opened) => {
                self.edges = Some(std::mem::replace(&mut opened.edges, Box::new(driver::Silence)));
                self.bank = Some(Ok(Arc::new(Bank::from(opened))));
            }
            Err(error) => self.bank = Some(Err(Arc::new(error))),
        }
        Ok(())
    }

    /// Switches an output on or off or lets it blink, and returns what it did before.
    #[task]
    fn set_output_state(&mut self, line: Line, state: OutputState) -> Result<OutputState, GpioError> {
        Ok(self.bank()?.set(&line, |_| state)?.before)
    }

    /// What an output does.
    #[task]
    fn get_output_state(&self, line: Line) -> Result<OutputState, GpioError> {
        self.bank()?.state(&line)
    }

    /// Switches an output on if it is off, otherwise off, and returns what it does now.
    #[task]
    fn toggle_output_state(&mut self, line: Line) -> Result<OutputState, GpioError> {
        let toggled = |state| if state == OutputState::Off { OutputState::On } else { OutputState::Off };
        Ok(self.bank()?.set(&line, toggled)?.after)
    }

    /// Whether an input is active at this moment.
    #[task]
    fn get_input(&self, line: Line) -> Result<bool, GpioError> {
        self.bank()?.input(&line)
    }

    /// All lines with what they do at this moment, the inputs first.
    #[task]
    fn lines(&self) -> Result<Vec<LineInfo>, GpioError> {
        self.bank()?.lines()
    }

    /// Makes an input of the simulator active or inactive, as a button would, debouncing included.
    #[task]
    fn simulate_input(&mut self, line: Line, active: bool) -> Result<(), GpioError> {
        self.bank()?.simulate(&line, active)
    }

    #[doc(hidden)]
    #[task(local)]
    fn begin(&mut self) -> Result<Work, GpioError> {
        let bank = match &self.bank {
            Some(Err(error)) => return Err((**error).clone()),
            _ => Arc::clone(self.bank()?),
        };
        let edges = self.edges.take().unwrap_or_else(|| Box::new(driver::Silence));
        Ok(Work { bank, edges })
    }

    #[run]
    async fn work(ctx: Context) -> Result<()> {
        let work = ctx.me::<Self>()?.begin().await?;
        work.go_on(&ctx).await
    }

    #[finalize]
    async fn switch_off(&mut self) -> Result<()> {
        match &self.bank {
            Some(Ok(bank)) => bank.end().map_err(Error::other),
            _ => Ok(()),
        }
    }

    fn bank(&self) -> Result<&Arc<Bank>, GpioError> {
        match &self.bank {
            Some(Ok(bank)) => Ok(bank),
            Some(Err(error)) => Err(GpioError::OutOfOrder(Arc::clone(error))),
            None => Err(GpioError::NotOpen),
        }
    }
}

impl Drop for Work {
    /// Once nobody keeps time any more, no task says that all is well.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _remembered = self.bank.heed::<()>(Err(GpioError::Panicked));
        }
    }
}

impl Work {
    /// Tells of edges and keeps the rhythms until the module is no longer active.
    async fn go_on(mut self, ctx: &Context) -> Result<()> {
        let mut numbers = Numbers::default();
        loop {
            let beat = self.bank.next_beat();
            tokio::select! {
                biased;
                () = ctx.no_longer_active() => return Ok(()),
                () = sleep_until(beat.unwrap_or_else(Instant::now)), if beat.is_some() => {
                    self.bank.beat().map_err(Error::other)?;
                }
                edge = poll_fn(|waking| self.edges.poll_edge(waking)) => {
                    let edge = self.bank.heed(edge).map_err(Error::other)?;
                    ctx.trigger(numbers.event(edge, &self.bank)).await?;
                }
                () = self.bank.changed() => {}
                () = sleep(LOOK_AFTER) => self.bank.check().map_err(Error::other)?,
            }
        }
    }
}

/// The number of the last change of each line.
#[derive(Debug, Default)]
struct Numbers(BTreeMap<u32, u32>);

impl Numbers {
    fn event(&mut self, edge: Edge, bank: &Bank) -> ChangedGpioInput {
        let (line, line_name) = (edge.offset, bank.name(edge.offset));
        let last = self.0.entry(line).or_default();
        let line_seq = edge.number.unwrap_or_else(|| last.wrapping_add(1));
        let lost = line_seq.wrapping_sub(*last).wrapping_sub(1);
        if lost > 0 {
            tracing::warn!(line, line_name, lost, "the kernel had no room for changes of an input");
        }
        *last = line_seq;
        ChangedGpioInput {
            line,
            line_name,
            line_seq,
            rising_edge: edge.rising,
            timestamp_ns: edge.timestamp_ns,
        }
    }
}
