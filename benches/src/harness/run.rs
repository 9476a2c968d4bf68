//! Running the races, each measurement in a process of its own.
//!
//! So nobody inherits a heap that somebody else has grown, a registry that somebody else has filled, or the
//! locks that malloc takes once a process has had a second thread; and who panics or stalls harms nobody else.

use std::fmt;
use std::process::{Command, Stdio};

use super::{Effort, Lane, Metric, Race, Readings, Series};

/// Who stalls is ended after so many seconds.
const STALLED: u32 = 120;

/// What a run has found.
pub struct Results {
    pub series: Vec<Series>,
    /// Measurements that panicked or stalled.
    pub failures: usize,
}

/// One measurement, as the parent process orders it from a child.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    pub race: String,
    pub contestant: String,
    pub effort: Effort,
}

/// Runs all races, `repetitions` times.
pub fn run(races: &[Race], repetitions: usize, effort: Effort) -> Results {
    let mut results = Results { series: races.iter().flat_map(empty_series).collect(), failures: 0 };
    for repetition in 0..repetitions {
        let mut first_series = 0;
        for race in races {
            eprintln!("repetition {} of {repetitions}: {}", repetition + 1, race.name());
            run_once(race, repetition, effort, &mut results, first_series);
            first_series += race.lanes.len() * race.metrics.len();
        }
    }
    results
}

/// By metric and then by lane.
fn empty_series(race: &Race) -> Vec<Series> {
    let series = |metric: &Metric, lane: &Lane| Series {
        label: lane.label.clone(),
        metric: metric.clone(),
        figures: vec![],
    };
    race.metrics.iter().flat_map(|metric| race.lanes.iter().map(move |lane| series(metric, lane))).collect()
}

fn run_once(race: &Race, repetition: usize, effort: Effort, results: &mut Results, first_series: usize) {
    let lanes = race.lanes.len();
    for position in 0..lanes {
        let index = (position + repetition) % lanes;
        let contestant = race.lanes[index].label.name.clone();
        let order = Order { race: race.name().into(), contestant, effort };
        let Some(Readings(readings)) = order.send() else {
            eprintln!("FAILED: {} in {}", order.contestant, order.race);
            results.failures += 1;
            continue;
        };
        for (metric, reading) in readings.into_iter().enumerate() {
            results.series[first_series + metric * lanes + index].figures.extend(reading);
        }
    }
}

impl Order {
    /// The argument that stands before the others.
    pub const VERB: &'static str = "measure";

    /// Executes this program again to measure; nothing if that failed.
    fn send(&self) -> Option<Readings> {
        let program = std::env::current_exe().expect("the path of this program");
        let mut command = Command::new(program);
        command.args([Self::VERB, &self.race, &self.contestant]).stderr(Stdio::inherit());
        if self.effort == Effort::Quick {
            command.arg("--quick");
        }
        let output = command.output().expect("this program runs again");
        let line = String::from_utf8(output.stdout).expect("text");
        output.status.success().then(|| Readings::parse(&line))
    }

    /// Measures in this process.
    ///
    /// # Panics
    ///
    /// If there is no such race or contestant, or the measurement panics.
    pub fn execute(&self, races: &[Race]) -> Readings {
        end_if_stalled();
        let race = races.iter().find(|race| race.name() == self.race).expect("a known race");
        let lane = race.lanes.iter().find(|lane| lane.label.name == self.contestant);
        lane.expect("a known contestant").measure(self.effort)
    }
}

#[expect(unsafe_code, reason = "a watchdog thread would make malloc slower; std does not offer a timer")]
fn end_if_stalled() {
    // SAFETY: it takes a number and touches no memory; nobody in this process handles the signal.
    unsafe { libc::alarm(STALLED) };
}

impl Readings {
    fn parse(line: &str) -> Self {
        Self(line.trim().split(',').map(|figure| figure.parse().ok()).collect())
    }
}

impl fmt::Display for Readings {
    /// Separated by commas, `-` where there is none.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = |figure: &Option<f64>| figure.map_or("-".into(), |figure| figure.to_string());
        formatter.write_str(&self.0.iter().map(figure).collect::<Vec<String>>().join(","))
    }
}
