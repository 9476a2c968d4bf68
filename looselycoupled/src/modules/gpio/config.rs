//! The section of a GPIO module.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::{Line, OutputState};
use crate::config::duration;
use crate::prelude::*;

/// Which way to the lines is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Driver {
    /// The real device: by [`Gpiocdev`](Self::Gpiocdev) where the kernel is new enough, otherwise by [`GpioCdev`](Self::GpioCdev).
    #[default]
    Auto,
    /// The crate `gpiocdev`: version 2 of the kernel's interface, which there is since Linux 5.10.
    Gpiocdev,
    /// The crate `gpio-cdev`: version 1 of the kernel's interface, which the newest kernels leave out. Debouncing is done here.
    GpioCdev,
    /// No device: inputs change when [`simulate_input`](super::Gpio) says so.
    Simulator,
}

/// What holds an input that nobody drives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Bias {
    /// A resistor to the supply: a button to ground is enough.
    #[default]
    PullUp,
    /// A resistor to ground.
    PullDown,
    /// None.
    Disabled,
    /// As it was.
    AsIs,
}

/// Which changes of an input become events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Edges {
    /// All.
    #[default]
    Both,
    /// Those to active.
    Rising,
    /// Those to inactive.
    Falling,
}

/// What a section says of an input; a number or a text alone is its `line`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputConfig {
    /// Offset or the kernel's name of the line; the key itself if it is left out.
    pub line: Option<Line>,
    /// By default [`Bias::PullUp`].
    pub bias: Bias,
    /// Whether low means active.
    pub active_low: bool,
    /// For how long a change has to stay; that of the section if it is left out.
    pub debounce: Option<Duration>,
    /// By default [`Edges::Both`].
    pub edges: Edges,
}

/// What a section says of an output; a number or a text alone is its `line`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputConfig {
    /// Offset or the kernel's name of the line; the key itself if it is left out.
    pub line: Option<Line>,
    /// Whether low means active.
    pub active_low: bool,
    /// What it begins with; by default [`OutputState::Off`].
    pub initial: OutputState,
}

/// The section of a [`Gpio`](super::Gpio).
///
/// ```yaml
/// gpio:
///   driver: auto                # or gpiocdev, gpio-cdev, simulator
///   chip: /dev/gpiochip0        # a path, a name (gpiochip0) or a label (pinctrl-rp1)
///   debounce: 10ms              # of inputs that do not say otherwise; 0ms for none
///   inputs:
///     door: { line: 22, active_low: true }       # pull-up and both edges unless it says otherwise
///     motion: 17                                 # the same as { line: 17 }
///     BUTTON: {}                                 # a line that the kernel calls so
///   outputs:
///     lamp: { line: 4, initial: blink_slow }
///     fan: 27
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct GpioConfig {
    /// By default [`Driver::Auto`].
    pub driver: Driver,
    /// The chip's path, name or label; by default `/dev/gpiochip0`.
    pub chip: String,
    /// For how long a change of an input has to stay, unless the input says otherwise; by default 10 ms.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub debounce: Duration,
    /// The inputs, each under the name that its events carry.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Either<InputForm>>"))]
    pub inputs: BTreeMap<String, InputConfig>,
    /// The outputs, each under the name by which it is set.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Either<OutputForm>>"))]
    pub outputs: BTreeMap<String, OutputConfig>,
}

impl Default for GpioConfig {
    fn default() -> Self {
        Self {
            driver: Driver::default(),
            chip: "/dev/gpiochip0".to_owned(),
            debounce: Duration::from_millis(10),
            inputs: BTreeMap::new(),
            outputs: BTreeMap::new(),
        }
    }
}

#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
struct InputForm {
    line: Option<Line>,
    bias: Bias,
    active_low: bool,
    #[serde(with = "duration::optional")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    debounce: Option<Duration>,
    edges: Edges,
}

#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
struct OutputForm {
    line: Option<Line>,
    active_low: bool,
    initial: OutputState,
}

impl From<Line> for InputConfig {
    fn from(line: Line) -> Self {
        Self { line: Some(line), ..Self::default() }
    }
}

impl From<InputForm> for InputConfig {
    fn from(form: InputForm) -> Self {
        let InputForm { line, bias, active_low, debounce, edges } = form;
        Self { line, bias, active_low, debounce, edges }
    }
}

impl From<Line> for OutputConfig {
    fn from(line: Line) -> Self {
        Self { line: Some(line), ..Self::default() }
    }
}

impl From<OutputForm> for OutputConfig {
    fn from(form: OutputForm) -> Self {
        let OutputForm { line, active_low, initial } = form;
        Self { line, active_low, initial }
    }
}

impl<'de> Deserialize<'de> for InputConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LineOrForm::<Self, InputForm>(PhantomData))
    }
}

impl<'de> Deserialize<'de> for OutputConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LineOrForm::<Self, OutputForm>(PhantomData))
    }
}

/// What [`LineOrForm`] reads, for the schema.
#[cfg(feature = "schema")]
#[derive(crate::schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its shape is of interest")]
enum Either<F> {
    Line(Line),
    Form(F),
}

/// A line alone, or all that there is to say. An untagged enum would forget at which key a mistake is.
struct LineOrForm<T, F>(PhantomData<(T, F)>);

impl<'de, T: From<Line> + From<F>, F: Deserialize<'de>> Visitor<'de> for LineOrForm<T, F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an offset, the name of a line, or settings such as `{ line: 17 }`")
    }

    fn visit_u64<E: de::Error>(self, offset: u64) -> Result<T, E> {
        Line::deserialize(de::value::U64Deserializer::new(offset)).map(T::from)
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<T, E> {
        Ok(Line::from(name).into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        F::deserialize(MapAccessDeserializer::new(map)).map(T::from)
    }
}
