//! The lines of a section as they are on a chip.

use std::collections::BTreeMap;

use super::{Bias, Edges, GpioConfig, GpioError, Line, OutputState};
use crate::prelude::*;

#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) offset: u32,
    pub(super) bias: Bias,
    pub(super) active_low: bool,
    pub(super) debounce: Duration,
    pub(super) edges: Edges,
}

#[derive(Debug, Clone)]
pub(super) struct Output {
    pub(super) name: String,
    pub(super) offset: u32,
    pub(super) active_low: bool,
    pub(super) initial: OutputState,
}

/// What a device is opened for.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) chip: String,
    pub(super) inputs: Vec<Input>,
    pub(super) outputs: Vec<Output>,
}

impl Plan {
    /// `offset` finds lines on the chip.
    pub(super) fn new(
        config: &GpioConfig,
        mut offset: impl FnMut(&Line) -> Result<u32, GpioError>,
    ) -> Result<Self, GpioError> {
        let mut plan = Self { chip: config.chip.clone(), ..Self::default() };
        for (name, input) in &config.inputs {
            let offset = offset(&line(name, input.line.as_ref()))?;
            let debounce = input.debounce.unwrap_or(config.debounce);
            let (bias, active_low, edges) = (input.bias, input.active_low, input.edges);
            plan.inputs.push(Input { name: name.clone(), offset, bias, active_low, debounce, edges });
        }
        for (name, output) in &config.outputs {
            let offset = offset(&line(name, output.line.as_ref()))?;
            let (active_low, initial) = (output.active_low, output.initial);
            plan.outputs.push(Output { name: name.clone(), offset, active_low, initial });
        }
        plan.each_line_once()?;
        plan.names_mislead_nobody()?;
        Ok(plan)
    }

    fn each_line_once(&self) -> Result<(), GpioError> {
        let mut names: BTreeMap<u32, &str> = BTreeMap::new();
        for (offset, name) in self.lines() {
            if let Some(first) = names.insert(offset, name) {
                let (chip, first, second) = (self.chip.clone(), first.to_owned(), name.to_owned());
                return Err(GpioError::Twice { chip, offset, first, second });
            }
        }
        Ok(())
    }

    fn names_mislead_nobody(&self) -> Result<(), GpioError> {
        let misleads = |(offset, name): &(u32, &str)| name.parse().is_ok_and(|number: u32| number != *offset);
        match self.lines().find(misleads) {
            Some((offset, name)) => Err(GpioError::Digits { name: name.to_owned(), offset }),
            None => Ok(()),
        }
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        let inputs = self.inputs.iter().map(|input| (input.offset, &*input.name));
        inputs.chain(self.outputs.iter().map(|output| (output.offset, &*output.name)))
    }

    /// The place of an output among the outputs.
    pub(super) fn output(&self, line: &Line) -> Result<usize, GpioError> {
        let is_it = |output: &Output| is(line, output.offset, &output.name);
        self.outputs.iter().position(is_it).ok_or_else(|| {
            let input = self.inputs.iter().find(|input| is(line, input.offset, &input.name));
            input.map_or_else(|| self.unknown(line), |input| GpioError::NotAnOutput(input.name.clone()))
        })
    }

    pub(super) fn input(&self, line: &Line) -> Result<&Input, GpioError> {
        self.inputs.iter().find(|input| is(line, input.offset, &input.name)).ok_or_else(|| {
            let output = self.outputs.iter().find(|output| is(line, output.offset, &output.name));
            output.map_or_else(|| self.unknown(line), |output| GpioError::NotAnInput(output.name.clone()))
        })
    }

    fn unknown(&self, line: &Line) -> GpioError {
        let mut known: Vec<String> =
            self.lines().map(|(offset, name)| format!("`{name}` ({offset})")).collect();
        if known.is_empty() {
            known.push("none".to_owned());
        }
        GpioError::UnknownLine { line: line.clone(), known: known.join(", ") }
    }
}

/// What a key with or without a `line` stands for.
fn line(name: &str, line: Option<&Line>) -> Line {
    line.cloned().unwrap_or_else(|| Line::from(name))
}

fn is(line: &Line, offset: u32, name: &str) -> bool {
    match line {
        Line::Offset(wanted) => *wanted == offset,
        Line::Name(wanted) => wanted == name,
    }
}
