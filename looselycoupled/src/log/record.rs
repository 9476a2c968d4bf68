//! The last lines of the log.

use std::collections::VecDeque;
use std::sync::LazyLock;

use tokio::sync::watch;

use super::line::{LogLine, LogLines};
use super::recorder::is_recorded;
use crate::sync::{Arc, Mutex};

/// So many lines are kept.
const MOST: usize = 1_000;

pub(super) static RECORD: LazyLock<Record> = LazyLock::new(Record::default);

/// The last lines of this process.
#[derive(Debug)]
pub(super) struct Record {
    kept: Mutex<Kept>,
    /// Tells those who follow that there is more.
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Kept {
    lines: VecDeque<Arc<LogLine>>,
    /// The number of the last line.
    last: u64,
}

impl Default for Record {
    fn default() -> Self {
        Self { kept: Mutex::default(), news: watch::Sender::new(()) }
    }
}

impl Record {
    /// Gives the line its number and keeps it.
    pub(super) fn keep(&self, mut line: LogLine) {
        let mut kept = self.kept.lock();
        kept.last += 1;
        line.sequence = kept.last;
        kept.lines.push_back(Arc::new(line));
        let oldest = if kept.lines.len() > MOST { kept.lines.pop_front() } else { None };
        drop(kept);
        drop(oldest);
        let _nobody_follows = self.news.send(());
    }

    pub(super) fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    pub(super) fn last(&self) -> u64 {
        self.kept.lock().last
    }

    /// The line after this one, if there is one, and how many before it are gone.
    pub(super) fn next_after(&self, after: u64) -> Option<(u64, Arc<LogLine>)> {
        let kept = self.kept.lock();
        let (missed, place) = kept.place_after(after);
        Some((missed, Arc::clone(kept.lines.get(place)?)))
    }
}

impl Kept {
    /// Where the lines after this one begin, and how many of them are gone.
    fn place_after(&self, after: u64) -> (u64, usize) {
        let gone = self.last - self.lines.len() as u64;
        // A number that has not been given yet stems from another run.
        let after = if after > self.last { 0 } else { after };
        (gone.saturating_sub(after), usize::try_from(after.saturating_sub(gone)).unwrap_or(usize::MAX))
    }
}

/// The last 1,000 lines of the log, or those of them that came after a line: the [`next`](LogLines::next) of the time before.
///
/// A number that no line has yet, such as one from before the program was started anew, counts as that of the beginning.
#[must_use]
pub fn recent(after: Option<u64>) -> LogLines {
    let kept = RECORD.kept.lock();
    let (missed, place) = kept.place_after(after.unwrap_or(0));
    let lines: Vec<_> = kept.lines.range(place.min(kept.lines.len())..).cloned().collect();
    let next = kept.last;
    // Whoever logs does not wait for the copies.
    drop(kept);
    LogLines {
        lines: lines.into_iter().map(Arc::unwrap_or_clone).collect(),
        next,
        missed: if after.is_some() { missed } else { 0 },
        is_recorded: is_recorded(),
    }
}
