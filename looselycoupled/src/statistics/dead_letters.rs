//! The last messages that were lost.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::metadata::{Priority, TransactionId};
use crate::sync::Mutex;

/// Why a message was never handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// A call whose deadline passed before it began.
    Expired,
    /// A call or a task that its sender withdrew, or what was to be sent later and was cancelled.
    Cancelled,
    /// An event that a full queue gave up, or a delayed task that one refused.
    Dropped,
    /// It waited when its module went or the application ended, or it was meant for a module that was inactive.
    Undelivered,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Dropped => "dropped",
            Self::Undelivered => "undelivered",
        })
    }
}

/// What a message was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageKind {
    /// Somebody waited for its result.
    Call,
    /// It was put in line for whoever did not wait.
    Task,
    /// An event for one handler.
    Event,
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Call => "call",
            Self::Task => "task",
            Self::Event => "event",
        })
    }
}

/// A message that was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The task or the handler that was to get it, as `module.task`; the name of an event that had not been sent yet.
    pub address: String,
    /// What it was.
    pub kind: MessageKind,
    /// Why it was lost.
    pub reason: Loss,
    /// The transaction to which it belonged; `None` if it was the first of one that nobody had named.
    pub transaction: Option<TransactionId>,
    /// At which priority it waited.
    pub priority: Priority,
    /// When it was lost.
    pub when: SystemTime,
}

impl fmt::Display for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, kind, reason, .. } = self;
        write!(f, "{kind} `{address}` {reason}")
    }
}

/// The last messages that were lost.
///
/// Those that are here and those that are not any more make up the sum of `expired`, `cancelled`, `dropped` and
/// `undelivered` in the [`Statistics`](crate::Statistics) of all modules and of the delayed events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetters {
    /// The oldest first.
    pub letters: Vec<DeadLetter>,
    /// How many had to go for younger ones.
    pub overwritten: u64,
}

/// A lost message as it is kept: nothing is put together before somebody asks.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) recipient: Recipient,
    pub(crate) kind: MessageKind,
    pub(crate) reason: Loss,
    /// 0 if it has no name.
    pub(crate) transaction: u64,
    pub(crate) priority: Priority,
    pub(crate) when: SystemTime,
}

/// Who was to get a message.
#[derive(Debug)]
pub(crate) enum Recipient {
    /// A task or handler of a module.
    Handler(Arc<str>, &'static str),
    /// Whoever would have heard an event of this name.
    Listeners(Box<str>),
    /// A task in another process.
    Elsewhere(Box<str>),
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(module, handler) => write!(f, "{module}.{handler}"),
            Self::Listeners(name) | Self::Elsewhere(name) => f.write_str(name),
        }
    }
}

impl Kept {
    fn letter(&self) -> DeadLetter {
        DeadLetter {
            address: self.recipient.to_string(),
            kind: self.kind,
            reason: self.reason,
            transaction: TransactionId::from_raw(self.transaction),
            priority: self.priority,
            when: self.when,
        }
    }
}

/// Keeps the last messages that were lost, of all modules of an application.
#[derive(Debug)]
pub(crate) struct DeadLetterOffice {
    capacity: usize,
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    kept: VecDeque<Kept>,
    overwritten: u64,
}

impl DeadLetterOffice {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, ring: Mutex::new(Ring::default()) }
    }

    /// Keeps one more, if any are to be kept.
    pub(crate) fn keep(&self, lost: impl FnOnce() -> Kept) {
        if self.capacity == 0 {
            return;
        }
        let lost = lost();
        let mut ring = self.ring.lock();
        if ring.kept.len() == self.capacity {
            ring.kept.pop_front();
            ring.overwritten += 1;
        }
        ring.kept.push_back(lost);
    }

    pub(crate) fn letters(&self) -> DeadLetters {
        let ring = self.ring.lock();
        DeadLetters { letters: ring.kept.iter().map(Kept::letter).collect(), overwritten: ring.overwritten }
    }
}
