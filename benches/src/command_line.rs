//! What the command line asks for.

use crate::harness::{Effort, Order, Race};

/// Printed for `--help` and after a mistake.
pub const HELP: &str = "\
looselycoupled-benches [--reps N] [--metric SUBSTRING]... [--peer NAME]... [--quick] [--ratios]

  --reps N             repetitions (default 9)
  --metric SUBSTRING   only metrics whose name contains it; may be repeated
  --peer NAME          only contestants whose name contains it; may be repeated
  --quick              everything once with few operations: does it run at all?
  --ratios             then ours against the best framework and the best raw channel

looselycoupled-benches measure METRIC PEER [--quick]
                       one measurement in this process, as the above orders it";

/// What the program is asked to do.
pub enum Command {
    Measure(Selection),
    Execute(Order),
    Help,
}

/// What to measure and how to print it.
pub struct Selection {
    pub repetitions: usize,
    pub effort: Effort,
    pub ratios: bool,
    metrics: Vec<String>,
    peers: Vec<String>,
}

impl Selection {
    /// Keeps the races and the lanes that were asked for.
    pub fn choose(&self, mut races: Vec<Race>) -> Vec<Race> {
        for race in &mut races {
            race.lanes.retain(|lane| matches_any(&lane.label.name, &self.peers));
        }
        races.retain(|race| {
            !race.lanes.is_empty() && race.metrics.iter().any(|metric| self.wants(&metric.name))
        });
        races
    }

    /// Whether this metric was asked for; a race may yield others beside it.
    pub fn wants(&self, metric: &str) -> bool {
        matches_any(metric, &self.metrics)
    }
}

fn matches_any(name: &str, wanted: &[String]) -> bool {
    wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()))
}

/// Reads the arguments, the program's name left out.
///
/// # Errors
///
/// What is wrong with them, as a sentence for the user.
pub fn parse(arguments: &[String]) -> Result<Command, String> {
    if let [first, rest @ ..] = arguments
        && first == Order::VERB
    {
        return order(rest).map(Command::Execute);
    }
    let mut selection =
        Selection { repetitions: 9, effort: Effort::Full, ratios: false, metrics: vec![], peers: vec![] };
    let mut repetitions = None;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value"));
        match argument.as_str() {
            "--reps" => repetitions = Some(positive(value()?)?),
            "--metric" => selection.metrics.push(value()?.clone()),
            "--peer" => selection.peers.push(value()?.clone()),
            "--quick" => selection.effort = Effort::Quick,
            "--ratios" => selection.ratios = true,
            "--help" | "-h" => return Ok(Command::Help),
            unknown => return Err(format!("unknown argument `{unknown}`")),
        }
    }
    if let Effort::Quick = selection.effort {
        selection.repetitions = 1;
    }
    selection.repetitions = repetitions.unwrap_or(selection.repetitions);
    Ok(Command::Measure(selection))
}

fn order(arguments: &[String]) -> Result<Order, String> {
    let (race, contestant, effort) = match arguments {
        [race, contestant] => (race, contestant, Effort::Full),
        [race, contestant, quick] if quick == "--quick" => (race, contestant, Effort::Quick),
        _ => return Err(format!("`{}` needs a metric and a peer", Order::VERB)),
    };
    Ok(Order { race: race.clone(), contestant: contestant.clone(), effort })
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{text}` is no positive number")),
    }
}
