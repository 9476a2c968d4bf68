//! By the crate gpio-cdev: version 1 of the kernel's interface, where each input is a file of its own and nothing is debounced.

use std::error::Error as _;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as Waking, Poll};

use gpio_cdev::{
    Chip, EventRequestFlags, EventType, LineEventHandle, LineRequestFlags, Lines, MultiLineHandle,
};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use tokio::time::Instant;

use super::debounce::Debounced;
use super::readable::Readable;
use super::{CONSUMER, Device, Edge, EdgeSource, Opened, chip};
use crate::modules::gpio::outputs::Outputs;
use crate::modules::gpio::plan::{Input, Plan};
use crate::modules::gpio::{Bias, GpioConfig, GpioError};

pub(super) fn open(config: &GpioConfig, now: Instant) -> Result<Opened, GpioError> {
    let path = chip::find(&config.chip)?;
    has_first_version(&path)?;
    let refused = |what: &str, error: &gpio_cdev::Error| GpioError::Refused {
        chip: config.chip.clone(),
        what: what.to_owned(),
        reason: error.to_string(),
    };
    let mut chip = Chip::new(&path).map_err(|error| refused("to be opened", &error))?;
    let names: Vec<Option<String>> =
        chip.lines().map(|line| line.info().ok()?.name().map(str::to_owned)).collect();
    let plan = Plan::new(config, |line| chip::offset(&config.chip, &names, line))?;
    let outputs = Outputs::new(&plan.outputs, now);
    let held = hold(&mut chip, &plan, &outputs).map_err(|error| why_refused(&mut chip, &plan, &error))?;
    let inputs = Arc::new(held.inputs);
    let levels = inputs.iter().filter_map(|input| Some((input.offset, input.level().ok()?))).collect();
    let changes =
        Changes { chip: plan.chip.clone(), inputs: Arc::clone(&inputs), ready: Vec::new(), next: 0 };
    let edges = Box::new(Debounced::new(changes, &plan.inputs, &levels));
    let device = Box::new(Held { chip: plan.chip.clone(), outputs: held.outputs, inputs });
    Ok(Opened { plan, outputs, device, edges })
}

fn has_first_version(path: &std::path::Path) -> Result<(), GpioError> {
    // What is no chip at all is told when it is opened.
    let Ok(chip) = gpiocdev::Chip::from_path(path) else { return Ok(()) };
    chip.supports_abi_version(gpiocdev::AbiVersion::V1).map_err(|_| GpioError::NoFirstVersion)
}

/// All lines of a plan, or none.
struct Taken {
    outputs: Vec<(Vec<u32>, MultiLineHandle)>,
    inputs: Vec<HeldInput>,
}

fn hold(chip: &mut Chip, plan: &Plan, levels: &Outputs) -> Result<Taken, gpio_cdev::Error> {
    Ok(Taken { outputs: hold_outputs(chip, plan, levels)?, inputs: hold_inputs(chip, plan)? })
}

/// Outputs that are active when high, and those that are active when low: a request has one polarity.
fn hold_outputs(
    chip: &mut Chip,
    plan: &Plan,
    levels: &Outputs,
) -> Result<Vec<(Vec<u32>, MultiLineHandle)>, gpio_cdev::Error> {
    let mut held = Vec::new();
    let polarities =
        [(false, LineRequestFlags::OUTPUT), (true, LineRequestFlags::OUTPUT | LineRequestFlags::ACTIVE_LOW)];
    for (active_low, flags) in polarities {
        let all = plan.outputs.iter().zip(levels.levels());
        let chosen = all.filter(|(output, _)| output.active_low == active_low);
        let (offsets, first): (Vec<u32>, Vec<u8>) =
            chosen.map(|(_, (offset, active))| (offset, u8::from(active))).unzip();
        if !offsets.is_empty() {
            let lines: Lines = chip.get_lines(&offsets)?;
            held.push((offsets, lines.request(flags, &first, CONSUMER)?));
        }
    }
    Ok(held)
}

fn hold_inputs(chip: &mut Chip, plan: &Plan) -> Result<Vec<HeldInput>, gpio_cdev::Error> {
    let mut held = Vec::new();
    for input in &plan.inputs {
        let line = chip.get_line(input.offset)?;
        let handle = line.events(flags(input), EventRequestFlags::BOTH_EDGES, CONSUMER)?;
        let file = handle.file().try_clone()?;
        fcntl_setfl(&file, fcntl_getfl(&file).map_err(io::Error::from)? | OFlags::NONBLOCK)
            .map_err(io::Error::from)?;
        held.push(HeldInput { offset: input.offset, handle: Mutex::new(handle), file });
    }
    Ok(held)
}

/// The crate has no names for the bias, though the kernel has had the bits since 5.5 (`GPIOHANDLE_REQUEST_BIAS_…`).
fn flags(input: &Input) -> LineRequestFlags {
    let bias = match input.bias {
        Bias::PullUp => 1 << 5,
        Bias::PullDown => 1 << 6,
        Bias::Disabled => 1 << 7,
        Bias::AsIs => 0,
    };
    let polarity = if input.active_low { LineRequestFlags::ACTIVE_LOW } else { LineRequestFlags::empty() };
    LineRequestFlags::INPUT | polarity | LineRequestFlags::from_bits_retain(bias)
}

/// Whether somebody has one of the lines, none of which this module holds, or what the kernel says.
fn why_refused(chip: &mut Chip, plan: &Plan, error: &gpio_cdev::Error) -> GpioError {
    for (offset, name) in plan.lines() {
        let Ok(info) = chip.get_line(offset).and_then(|line| line.info()) else { continue };
        // Its `is_used` also means lines that were outputs once.
        if info.is_kernel() {
            let (chip, line) = (plan.chip.clone(), name.to_owned());
            let consumer = info.consumer().map_or_else(|| "somebody".to_owned(), |name| format!("`{name}`"));
            return GpioError::Busy { chip, line, offset, consumer };
        }
    }
    GpioError::Refused { chip: plan.chip.clone(), what: "its lines".to_owned(), reason: error.to_string() }
}

/// An input. Its file stands for the same open one as that of the handle.
#[derive(Debug)]
struct HeldInput {
    offset: u32,
    handle: Mutex<LineEventHandle>,
    file: File,
}

impl HeldInput {
    /// Nothing if nothing has changed.
    fn read(&self) -> io::Result<Edge> {
        let mut handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        let event = handle.get_event().map_err(|error| as_io_error(&error))?;
        let rising = event.event_type() == EventType::RisingEdge;
        Ok(Edge { offset: self.offset, rising, timestamp_ns: event.timestamp(), number: None })
    }

    fn level(&self) -> io::Result<bool> {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        handle.get_value().map(|value| value > 0).map_err(|error| as_io_error(&error))
    }
}

/// What the operating system has said, so that "nothing to read" can be told from a failure.
fn as_io_error(error: &gpio_cdev::Error) -> io::Error {
    let inner = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    match inner.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::other(error.to_string()),
    }
}

/// The lines that this module holds.
#[derive(Debug)]
struct Held {
    chip: String,
    outputs: Vec<(Vec<u32>, MultiLineHandle)>,
    inputs: Arc<Vec<HeldInput>>,
}

impl Held {
    fn gone(&self, error: &impl ToString) -> GpioError {
        GpioError::Gone { chip: self.chip.clone(), reason: error.to_string() }
    }
}

impl Device for Held {
    fn write(&mut self, levels: &[(u32, bool)]) -> Result<(), GpioError> {
        let level = |wanted: &u32| levels.iter().any(|(offset, active)| offset == wanted && *active);
        for (offsets, handle) in &self.outputs {
            let values: Vec<u8> = offsets.iter().map(|offset| u8::from(level(offset))).collect();
            handle.set_values(&values).map_err(|error| self.gone(&error))?;
        }
        Ok(())
    }

    fn read(&mut self, offset: u32) -> Result<bool, GpioError> {
        let input = self.inputs.iter().find(|input| input.offset == offset);
        input.map_or(Ok(false), |input| input.level().map_err(|error| self.gone(&error)))
    }

    fn check(&mut self) -> Result<(), GpioError> {
        if let Some((_, outputs)) = self.outputs.first() {
            outputs.get_values().map_err(|error| self.gone(&error))?;
        } else if let Some(input) = self.inputs.first() {
            input.level().map_err(|error| self.gone(&error))?;
        }
        Ok(())
    }

    fn simulate(&mut self, _offset: u32, _active: bool) -> Result<(), GpioError> {
        Err(GpioError::NotSimulated { chip: self.chip.clone() })
    }
}

/// What the kernel tells of the inputs, each in turn.
#[derive(Debug)]
struct Changes {
    chip: String,
    inputs: Arc<Vec<HeldInput>>,
    ready: Vec<Readable>,
    next: usize,
}

impl Changes {
    fn listen(&mut self) -> io::Result<()> {
        for input in &self.inputs[self.ready.len()..] {
            self.ready.push(Readable::new(&input.file)?);
        }
        Ok(())
    }
}

impl EdgeSource for Changes {
    fn poll_edge(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Edge, GpioError>> {
        let gone = |chip: &str, error: io::Error| GpioError::Gone {
            chip: chip.to_owned(),
            reason: error.to_string(),
        };
        if let Err(error) = self.listen() {
            return Poll::Ready(Err(gone(&self.chip, error)));
        }
        for step in 0..self.inputs.len() {
            let place = (self.next + step) % self.inputs.len();
            let input = &self.inputs[place];
            if let Poll::Ready(edge) = self.ready[place].poll_read(waking, || input.read()) {
                self.next = place + 1;
                return Poll::Ready(edge.map_err(|error| gone(&self.chip, error)));
            }
        }
        Poll::Pending
    }

    fn level(&self, offset: u32) -> Option<bool> {
        self.inputs.iter().find(|input| input.offset == offset)?.level().ok()
    }
}
