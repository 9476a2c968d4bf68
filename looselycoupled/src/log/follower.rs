//! The lines of the log as they come.

use tokio::sync::watch;

use super::line::LogLine;
use super::record::RECORD;
use crate::sync::Arc;

/// What a [`LogFollower`] gets.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LogUpdate {
    /// The next line.
    Line(LogLine),
    /// The follower was more than 1,000 lines late.
    Gap {
        /// How many lines it gets no more.
        missed: u64,
    },
}

/// Gets the lines of the log one by one, at its own pace.
///
/// It keeps nothing itself: one that is late reads what is [kept](super::recent), and one that is too late is told how much it missed.
#[derive(Debug)]
pub struct LogFollower {
    /// The number of the line that it has seen last.
    after: u64,
    news: watch::Receiver<()>,
}

/// Follows the log from now on; [`LogFollower::after`] begins earlier.
///
/// # Examples
///
/// ```
/// use looselycoupled::log::{self, LogUpdate};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// looselycoupled::log_to_stderr(None);
/// let so_far = log::recent(None);
/// let mut follower = log::follow().after(so_far.next); // nothing in between is lost
/// tracing::warn!(litres = 3, "the tank is nearly empty");
/// match follower.next().await {
///     LogUpdate::Line(line) => assert_eq!(line.message, "the tank is nearly empty"),
///     LogUpdate::Gap { missed } => println!("{missed} lines are lost"),
///     _ => {}
/// }
/// # }
/// ```
#[must_use]
pub fn follow() -> LogFollower {
    let news = RECORD.news();
    LogFollower { after: RECORD.last(), news }
}

impl LogFollower {
    /// Begins after the line of this number, which may lie back: the [`next`](super::LogLines::next) of what was read before.
    #[must_use]
    pub const fn after(mut self, sequence: u64) -> Self {
        self.after = sequence;
        self
    }

    /// Waits for the next line. Where nobody [records](super::LogLines::is_recorded) the log, none ever comes.
    ///
    /// A follower that logs whenever it gets a line follows itself without end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no line.
    pub async fn next(&mut self) -> LogUpdate {
        loop {
            // What is told from here on is not slept through.
            self.news.borrow_and_update();
            if let Some((missed, line)) = RECORD.next_after(self.after) {
                return self.step(missed, line);
            }
            // The other end is there as long as the program.
            let _never_ends = self.news.changed().await;
        }
    }

    fn step(&mut self, missed: u64, line: Arc<LogLine>) -> LogUpdate {
        if missed > 0 {
            self.after = line.sequence - 1;
            return LogUpdate::Gap { missed };
        }
        self.after = line.sequence;
        LogUpdate::Line(Arc::unwrap_or_clone(line))
    }
}
