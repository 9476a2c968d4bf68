//! A line of the log.

use std::time::SystemTime;

use tracing::Level;

use crate::sync::Arc;

/// A line of the log.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogLine {
    /// Its number: lines are counted from 1, and none is left out.
    pub sequence: u64,
    /// When it was logged.
    pub time: SystemTime,
    /// How grave it is: `line.level <= LevelFilter::WARN` for warnings and errors.
    pub level: Level,
    /// Which code logged it: usually the path of the Rust module, `looselycoupled` for most lines of the framework.
    pub target: String,
    /// The instance in whose handler or hook it was logged, or which a line of the framework is about; `None` outside of every module.
    pub module: Option<Arc<str>>,
    /// What it says. A line keeps 16 KiB of text and a little more; what is longer, here or in a field, is cut off and ends with `…`.
    pub message: String,
    /// The other fields in their order.
    pub fields: Vec<(String, String)>,
}

/// Lines of the log, the oldest first.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogLines {
    /// Those that are still kept.
    pub lines: Vec<LogLine>,
    /// What to [ask for](super::recent) the next time, to get what came after these: the number of the last line that was logged, 0
    /// before the first.
    pub next: u64,
    /// How many came after the one that was asked for and are no longer kept.
    pub missed: u64,
    /// Whether anybody records the log: not in a program with a subscriber of its own that does not have a [`Recorder`](super::Recorder).
    pub is_recorded: bool,
}
