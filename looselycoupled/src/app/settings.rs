//! The framework's own settings, as far as a single one can be wrong.

use std::path::Path;

use super::check::OWN_SECTION;
use super::code::FaultCode;
use super::faults::Faults;
use super::plan::Framework;
use crate::blocking::BlockingPool;
use crate::config::Config;
use crate::log;

/// Checks what code states, and what the configuration does.
pub(super) fn check_settings(
    blocking_threads: Option<usize>,
    exception_file: Option<&Path>,
    framework: &Framework,
    config: &Config,
    faults: &mut Faults,
) {
    blocking_threads
        .and_then(blocking_fault)
        .into_iter()
        .for_each(|fault| faults.add(FaultCode::Setting, || fault));
    exception_file
        .and_then(folder_fault)
        .into_iter()
        .for_each(|fault| faults.add(FaultCode::Setting, || fault));
    let mut in_file = |key: &str, fault: Option<String>| {
        let path = format!("{OWN_SECTION}.{key}");
        let placed = fault.map(|fault| config.fault_at_value(&path, fault).to_string());
        placed.into_iter().for_each(|fault| faults.add(FaultCode::Setting, || fault));
    };
    in_file("blocking_threads", framework.stated().blocking_threads.and_then(blocking_fault));
    in_file("exception_file", framework.exception_file.as_deref().and_then(folder_fault));
    in_file("log", framework.log.as_deref().and_then(log::fault));
}

fn blocking_fault(stated: usize) -> Option<String> {
    let limits = 1..=BlockingPool::LARGEST;
    let message = || format!("`blocking_threads` must be from {} to {}", limits.start(), limits.end());
    (!limits.contains(&stated)).then(message)
}

/// A file that appears with the first failure is a bad time to learn that it cannot.
fn folder_fault(file: &Path) -> Option<String> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty())?;
    let (file, shown) = (file.display(), folder.display());
    (!folder.is_dir()).then(|| {
        format!("the exception file `{file}` cannot be written: there is no folder `{shown}`; make it first")
    })
}
