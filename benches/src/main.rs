//! Benchmarks of looselycoupled beside actor frameworks and raw channels.
//!
//! One command measures everybody: every repetition visits every metric, every metric all its contestants,
//! interleaved and in an order that rotates, so that a slow minute of the machine hits everybody alike. Each
//! measurement is a process of its own, this program executed again.
//! How to read the figures stands in `README.md`.
//!
//! - [`harness`]: runtimes, clocks, the state that every actor holds, races and how they are run.
//! - [`peers`]: what a contestant can do, and one file for each.
//! - [`metrics`]: one file for each family of metrics.
//! - [`report`]: the table and the ratios.

mod command_line;
mod harness;
mod metrics;
mod peers;
mod report;

use std::process::ExitCode;

use command_line::{Command, Selection};

looselycoupled::app! { counter: peers::Counter }

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match command_line::parse(&arguments) {
        Ok(Command::Measure(selection)) => measure(&selection),
        Ok(Command::Execute(order)) => {
            println!("{}", order.execute(&metrics::all()));
            ExitCode::SUCCESS
        }
        Ok(Command::Help) => {
            println!("{}", command_line::HELP);
            ExitCode::SUCCESS
        }
        Err(mistake) => {
            eprintln!("{mistake}\n\n{}", command_line::HELP);
            ExitCode::FAILURE
        }
    }
}

fn measure(selection: &Selection) -> ExitCode {
    let races = selection.choose(metrics::all());
    let mut results = harness::run(&races, selection.repetitions, selection.effort);
    results.series.retain(|series| selection.wants(&series.metric.name));
    report::print_table(&results.series);
    if selection.ratios {
        println!();
        report::print_ratios(&results.series);
    }
    if results.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
