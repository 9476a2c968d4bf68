//! Races: who is measured against whom in what.

use crate::peers::Contestant;

/// How much work a measurement may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    Full,
    Quick,
}

impl Effort {
    /// That many operations, or a fiftieth of them.
    pub fn operations(self, full: u64) -> u64 {
        match self {
            Self::Full => full,
            Self::Quick => full / 50,
        }
    }

    /// How long a measurement of repeated operations goes on.
    pub fn long_enough_ns(self) -> f64 {
        match self {
            Self::Full => 50e6,
            Self::Quick => 1e6,
        }
    }

    /// That many actors, or at most a few.
    pub fn actors(self, full: usize) -> usize {
        match self {
            Self::Full => full,
            Self::Quick => full.min(5_000),
        }
    }
}

/// What a contestant counts as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// looselycoupled.
    Ours,
    /// A framework: the floors are against the best of these.
    Framework,
    /// Bare channels, or a framework completed by hand.
    Raw,
    /// A limit of the machine.
    Limit,
}

/// The name of a contestant in the table and what it counts as.
#[derive(Clone, Debug)]
pub struct Label {
    pub name: String,
    pub kind: Kind,
}

impl Label {
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// The unit of a metric and whether more of it is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unit {
    pub name: &'static str,
    pub more_is_better: bool,
}

impl Unit {
    pub const NS: Self = Self::less("ns");
    pub const US: Self = Self::less("us");
    pub const NS_PER_ACTOR: Self = Self::less("ns/actor");
    pub const BYTES_PER_ACTOR: Self = Self::less("B/actor");
    pub const TASKS_PER_ACTOR: Self = Self::less("tasks/actor");
    pub const CALLS_PER_SECOND: Self = Self::more("call/s");
    pub const MESSAGES_PER_SECOND: Self = Self::more("msg/s");
    pub const DELIVERIES_PER_SECOND: Self = Self::more("delivery/s");

    const fn less(name: &'static str) -> Self {
        Self { name, more_is_better: false }
    }

    const fn more(name: &'static str) -> Self {
        Self { name, more_is_better: true }
    }
}

/// What looselycoupled has promised for a metric.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Floor {
    /// Nothing; the metric informs.
    None,
    /// That many times as good as the best framework of the same run.
    TimesBestFramework(f64),
    /// At most that many times the figure of one contestant of the same run.
    AtMostTimesOf(&'static str, f64),
    /// At most this, whoever else runs.
    AtMost(f64),
}

/// What is measured.
#[derive(Clone, Debug)]
pub struct Metric {
    pub name: String,
    pub unit: Unit,
    pub floor: Floor,
}

impl Metric {
    pub fn new(name: impl Into<String>, unit: Unit, floor: Floor) -> Self {
        Self { name: name.into(), unit, floor }
    }
}

/// What one measurement found: a figure for each metric of its race, if it has one.
#[derive(Clone, PartialEq, Debug)]
pub struct Readings(pub Vec<Option<f64>>);

impl From<f64> for Readings {
    fn from(figure: f64) -> Self {
        Self(vec![Some(figure)])
    }
}

/// One contestant of a race.
pub struct Lane {
    pub label: Label,
    measure: Box<dyn Fn(Effort) -> Readings>,
}

impl Lane {
    /// Measures in this process.
    pub fn measure(&self, effort: Effort) -> Readings {
        (self.measure)(effort)
    }
}

/// Contestants that are measured one right after the other.
pub struct Race {
    pub metrics: Vec<Metric>,
    pub lanes: Vec<Lane>,
}

impl Race {
    /// A race for one metric.
    pub fn new(metric: Metric) -> Self {
        Self::for_all(vec![metric])
    }

    /// A race in which one measurement yields all of these metrics.
    pub fn for_all(metrics: Vec<Metric>) -> Self {
        Self { metrics, lanes: vec![] }
    }

    /// What identifies the race: the name of its first metric.
    pub fn name(&self) -> &str {
        &self.metrics[0].name
    }

    /// Enters a contestant.
    pub fn enter<C: Contestant>(&mut self, measure: impl Fn(Effort) -> f64 + 'static) {
        self.enter_as(C::label(), move |effort| measure(effort).into());
    }

    /// Enters somebody under a label.
    pub fn enter_as(&mut self, label: Label, measure: impl Fn(Effort) -> Readings + 'static) {
        self.lanes.push(Lane { label, measure: Box::new(measure) });
    }
}

/// All figures of one contestant for one metric.
pub struct Series {
    pub label: Label,
    pub metric: Metric,
    pub figures: Vec<f64>,
}

impl Series {
    /// Smallest, median and largest figure, or nothing where nothing was measured.
    pub fn spread(&self) -> Option<[f64; 3]> {
        let mut sorted = self.figures.clone();
        sorted.sort_by(f64::total_cmp);
        Some([*sorted.first()?, median(&sorted), *sorted.last()?])
    }
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    }
}
