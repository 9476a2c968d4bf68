//! By the crate gpiocdev: version 2 of the kernel's interface, which debounces and counts.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::task::{Context as Waking, Poll, ready};

use gpiocdev::line::{EdgeDetection, EdgeKind, Value, Values};
use gpiocdev::request::Config;
use gpiocdev::{AbiVersion, Chip, Request};
use tokio::time::Instant;

use super::readable::Readable;
use super::{CONSUMER, Device, Edge, EdgeSource, Opened, chip};
use crate::modules::gpio::outputs::Outputs;
use crate::modules::gpio::plan::{Input, Output, Plan};
use crate::modules::gpio::{Bias, Edges, GpioConfig, GpioError};

/// Changes that the kernel keeps for each request until somebody reads them.
const KEPT: u32 = 1024;
/// Changes that are read at once.
const AT_ONCE: usize = 64;

pub(super) fn open(config: &GpioConfig, now: Instant) -> Result<Opened, GpioError> {
    let path = chip::find(&config.chip)?;
    let chip = Chip::from_path(&path).map_err(|error| refused(config, "to be opened", &error))?;
    chip.supports_abi_version(AbiVersion::V2).map_err(|_| GpioError::NoSecondVersion)?;
    let infos = chip.line_info_iter().map_err(|error| refused(config, "to list its lines", &error))?;
    let names: Vec<Option<String>> = infos.map(|info| info.ok().map(|info| info.name)).collect();
    let plan = Plan::new(config, |line| chip::offset(&config.chip, &names, line))?;
    let outputs = Outputs::new(&plan.outputs, now);
    let taken = hold(&chip, &plan, &outputs).map_err(|error| why_refused(&chip, &plan, &error))?;
    let Taken { inputs, outputs: held } = taken;
    let edges = Box::new(Changes {
        chip: plan.chip.clone(),
        source: inputs.clone(),
        ready: None,
        read: VecDeque::new(),
    });
    let device = Box::new(Lines { name: plan.chip.clone(), chip, inputs, outputs: held });
    Ok(Opened { plan, outputs, device, edges })
}

fn refused(config: &GpioConfig, what: &str, error: &gpiocdev::Error) -> GpioError {
    GpioError::Refused { chip: config.chip.clone(), what: what.to_owned(), reason: told(error) }
}

fn told(error: &gpiocdev::Error) -> String {
    error.to_string().trim_end_matches('.').to_owned()
}

fn input_lines(inputs: &[Input]) -> Config {
    let mut lines = Config::default();
    for input in inputs {
        let edges = match input.edges {
            Edges::Both => EdgeDetection::BothEdges,
            Edges::Rising => EdgeDetection::RisingEdge,
            Edges::Falling => EdgeDetection::FallingEdge,
        };
        lines.with_line(input.offset).as_input().with_edge_detection(edges).with_bias(bias(input.bias));
        if input.active_low {
            lines.as_active_low()
        } else {
            lines.as_active_high()
        };
        lines.with_debounce_period(input.debounce);
    }
    lines
}

fn output_lines(outputs: &[Output], levels: &Outputs) -> Config {
    let mut lines = Config::default();
    for (output, (offset, active)) in outputs.iter().zip(levels.levels()) {
        lines.with_line(offset).as_output(Value::from(active));
        if output.active_low {
            lines.as_active_low()
        } else {
            lines.as_active_high()
        };
    }
    lines
}

const fn bias(bias: Bias) -> Option<gpiocdev::line::Bias> {
    match bias {
        Bias::PullUp => Some(gpiocdev::line::Bias::PullUp),
        Bias::PullDown => Some(gpiocdev::line::Bias::PullDown),
        Bias::Disabled => Some(gpiocdev::line::Bias::Disabled),
        Bias::AsIs => None,
    }
}

/// All lines of a plan, or none.
struct Taken {
    inputs: Option<Arc<Request>>,
    outputs: Option<Request>,
}

fn hold(chip: &Chip, plan: &Plan, levels: &Outputs) -> Result<Taken, gpiocdev::Error> {
    let inputs = request(chip, input_lines(&plan.inputs))?.map(Arc::new);
    Ok(Taken { inputs, outputs: request(chip, output_lines(&plan.outputs, levels))? })
}

/// Nothing if there are no such lines.
fn request(chip: &Chip, lines: Config) -> Result<Option<Request>, gpiocdev::Error> {
    if lines.lines().is_empty() {
        return Ok(None);
    }
    let mut builder = Request::from_config(lines);
    builder
        .on_chip(chip.path())
        .with_consumer(CONSUMER)
        .with_kernel_event_buffer_size(KEPT)
        .request()
        .map(Some)
}

/// Whether somebody has one of the lines, none of which this module holds, or what the kernel says.
fn why_refused(chip: &Chip, plan: &Plan, error: &gpiocdev::Error) -> GpioError {
    for (offset, name) in plan.lines() {
        let Ok(info) = chip.line_info(offset) else { continue };
        if info.used {
            let (chip, line) = (plan.chip.clone(), name.to_owned());
            let is_known = !info.consumer.is_empty();
            let consumer = if is_known { format!("`{}`", info.consumer) } else { "somebody".to_owned() };
            return GpioError::Busy { chip, line, offset, consumer };
        }
    }
    GpioError::Refused { chip: plan.chip.clone(), what: "its lines".to_owned(), reason: told(error) }
}

/// The lines that this module holds.
#[derive(Debug)]
struct Lines {
    name: String,
    chip: Chip,
    inputs: Option<Arc<Request>>,
    outputs: Option<Request>,
}

impl Lines {
    fn gone(&self, error: &gpiocdev::Error) -> GpioError {
        GpioError::Gone { chip: self.name.clone(), reason: told(error) }
    }
}

impl Device for Lines {
    fn write(&mut self, levels: &[(u32, bool)]) -> Result<(), GpioError> {
        let Some(outputs) = &self.outputs else { return Ok(()) };
        let values: Values = levels.iter().map(|(offset, active)| (*offset, Value::from(*active))).collect();
        outputs.set_values(&values).map_err(|error| self.gone(&error))
    }

    fn read(&mut self, offset: u32) -> Result<bool, GpioError> {
        let Some(inputs) = &self.inputs else { return Ok(false) };
        inputs.value(offset).map(bool::from).map_err(|error| self.gone(&error))
    }

    fn check(&mut self) -> Result<(), GpioError> {
        self.chip.info().map(drop).map_err(|error| self.gone(&error))
    }

    fn simulate(&mut self, _offset: u32, _active: bool) -> Result<(), GpioError> {
        Err(GpioError::NotSimulated { chip: self.name.clone() })
    }
}

/// What the kernel tells of the inputs.
#[derive(Debug)]
struct Changes {
    chip: String,
    source: Option<Arc<Request>>,
    ready: Option<Readable>,
    read: VecDeque<Edge>,
}

impl Changes {
    fn failed(&self, error: &impl ToString) -> GpioError {
        GpioError::Gone { chip: self.chip.clone(), reason: error.to_string() }
    }
}

impl EdgeSource for Changes {
    fn poll_edge(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Edge, GpioError>> {
        loop {
            if let Some(edge) = self.read.pop_front() {
                return Poll::Ready(Ok(edge));
            }
            let Some(source) = &self.source else { return Poll::Pending };
            let Some(readable) = &self.ready else {
                self.ready = Some(Readable::new(source).map_err(|error| self.failed(&error))?);
                continue;
            };
            let edges = ready!(readable.poll_read(waking, || read(source)));
            self.read = edges.map_err(|error| self.failed(&error))?;
        }
    }
}

/// What there is. The kernel lets readers wait, so it is asked before whether they would.
fn read(request: &Request) -> io::Result<VecDeque<Edge>> {
    if !request.has_edge_event().map_err(io::Error::other)? {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    let size = request.edge_event_u64_size();
    let mut buffer = vec![0; AT_ONCE * size];
    let words = request.read_edge_events_into_slice(&mut buffer).map_err(io::Error::other)?;
    let edge = |words: &[u64]| {
        let event = request.edge_event_from_slice(words).map_err(io::Error::other)?;
        Ok(Edge {
            offset: event.offset,
            rising: event.kind == EdgeKind::Rising,
            timestamp_ns: event.timestamp_ns,
            number: Some(event.line_seqno).filter(|number| *number > 0),
        })
    };
    buffer[..words].chunks(size).map(edge).collect()
}
