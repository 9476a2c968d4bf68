//! The compiler that it is given, told to make panics abort.
//!
//! Cargo calls it for the members of the workspace alone (`RUSTC_WORKSPACE_WRAPPER`). What they depend on stays as it
//! is, so that the test that needs a program of this kind compiles two crates instead of a hundred.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(compiler) = arguments.next() else { return ExitCode::FAILURE };
    let arguments: Vec<OsString> = arguments.collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    // Macros run inside of the compiler, which unwinds.
    let aborts = has("--crate-type") && !has("proc-macro");
    let status = Command::new(compiler).args(&arguments).args(aborts.then_some("-Cpanic=abort")).status();
    if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
