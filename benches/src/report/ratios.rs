//! looselycoupled against the best of the others, and against what it has promised.

use super::figure;
use crate::harness::{Floor, Kind, Metric, Series};

/// Prints, for each metric, how many times as good as the best framework and the best raw channel ours is.
///
/// Medians are compared; 2.00x means half the time, half the memory or twice the throughput.
pub fn print_ratios(series: &[Series]) {
    println!("metric,ours,unit,best framework,its median,ratio,best raw,its median,ratio,floor,verdict");
    let races = series.chunk_by(|one, other| one.metric.name == other.metric.name);
    for contestants in races.filter(|contestants| contestants[0].label.kind != Kind::Limit) {
        println!("{}", line(contestants).join(","));
    }
}

fn line(contestants: &[Series]) -> Vec<String> {
    let metric = &contestants[0].metric;
    let ours = best(contestants, Kind::Ours);
    let framework = best(contestants, Kind::Framework);
    let raw = best(contestants, Kind::Raw);
    let mut cells = vec![
        metric.name.clone(),
        ours.map_or("-".into(), |(_, median)| figure(median)),
        metric.unit.name.into(),
    ];
    for other in [framework, raw] {
        cells.push(other.map_or("-", |(name, _)| name).into());
        cells.push(other.map_or("-".into(), |(_, median)| figure(median)));
        let times = ours.zip(other).map(|((_, ours), (_, theirs))| advantage(metric, ours, theirs));
        cells.push(times.map_or("-".into(), |times| format!("{times:.2}x")));
    }
    cells.push(promise(metric.floor));
    cells.push(verdict(metric, ours, contestants).into());
    cells
}

/// The best contestant of a kind and its median.
fn best(contestants: &[Series], kind: Kind) -> Option<(&str, f64)> {
    let of_kind = contestants.iter().filter(|series| series.label.kind == kind);
    let medians = of_kind.filter_map(|series| Some((series.label.name.as_str(), series.spread()?[1])));
    medians.reduce(
        |one, other| if advantage(&contestants[0].metric, other.1, one.1) > 1.0 { other } else { one },
    )
}

/// How many times as good as `theirs` is `ours`?
fn advantage(metric: &Metric, ours: f64, theirs: f64) -> f64 {
    if metric.unit.more_is_better { ours / theirs } else { theirs / ours }
}

fn promise(floor: Floor) -> String {
    match floor {
        Floor::None => "-".into(),
        Floor::TimesBestFramework(times) => format!(">= {times}x framework"),
        Floor::AtMostTimesOf(peer, times) => format!("<= {times} times {peer}"),
        Floor::AtMost(most) => format!("<= {most}"),
    }
}

fn verdict(metric: &Metric, ours: Option<(&str, f64)>, contestants: &[Series]) -> &'static str {
    let Some((_, ours)) = ours else { return "absent" };
    let kept = match metric.floor {
        Floor::None => None,
        Floor::AtMost(most) => Some(ours <= most),
        Floor::TimesBestFramework(times) => {
            best(contestants, Kind::Framework).map(|(_, theirs)| advantage(metric, ours, theirs) >= times)
        }
        Floor::AtMostTimesOf(peer, times) => {
            let reference = contestants.iter().find(|series| series.label.name == peer);
            reference.and_then(Series::spread).map(|[_, theirs, _]| ours <= times * theirs)
        }
    };
    match kept {
        Some(true) => "pass",
        Some(false) => "short",
        None => "-",
    }
}
