//! What looks like a mistake in the wiring: told, silenced by a reason, and no hindrance.

#![allow(clippy::unwrap_used, reason = "a wiring that is not whole fails its test")]

mod addresses;
mod promises;
mod reasons;
mod sides;
mod told;

use looselycoupled::LintCode;
use looselycoupled::prelude::*;

/// The lints of an application, each with its first line, without the place.
fn lints(application: AppBuilder) -> Vec<(LintCode, String)> {
    let lints = application.check().unwrap();
    lints.into_iter().map(|lint| (lint.code, without_place(&lint.message))).collect()
}

fn without_place(message: &str) -> String {
    let line = message.lines().next().unwrap();
    let Some((before, rest)) = line.split_once(" (tests/tests/lints/") else { return line.to_owned() };
    format!("{before}{}", rest.split_once(')').unwrap().1)
}
