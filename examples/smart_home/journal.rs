//! Prints what happens: every event of the house, and what modules tell.

use std::collections::VecDeque;
use std::fmt;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use looselycoupled::TransactionId;
use looselycoupled::prelude::*;

/// Transactions are numbered in the order in which they appear; so many are remembered.
const REMEMBERED: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct JournalConfig {
    /// Without times, so that two runs print the same.
    plain: bool,
}

#[derive(Default)]
pub(crate) struct Journal {
    recent: VecDeque<TransactionId>,
    forgotten: usize,
    /// Nobody reads any more.
    is_deaf: bool,
}

#[module(config = JournalConfig)]
impl Journal {
    /// Prints a line in the name of whoever calls. Name and transaction come with the call.
    #[task]
    async fn tell(&mut self, ctx: &Context, text: String) {
        let metadata = ctx.metadata();
        // What begins a transaction of its own has none to share.
        let transaction = metadata.parent.map(|_| metadata.transaction);
        self.entry(ctx, metadata.source.as_deref(), &text, transaction).await;
    }

    /// Prints a text as it is.
    #[task]
    async fn show(&mut self, ctx: &Context, text: String) {
        self.print(ctx, &text).await;
    }

    /// The transaction that was printed last.
    #[task]
    fn last_transaction(&self) -> Option<(usize, TransactionId)> {
        let last = self.recent.back()?;
        Some((self.forgotten + self.recent.len(), *last))
    }

    #[on_event("**")]
    async fn watch(&mut self, ctx: &Context, event: &EventRecord) {
        let text = format!("→ {} {}", event.name(), Fields(event));
        self.entry(ctx, event.source(), text.trim_end(), Some(event.transaction())).await;
    }

    /// Failures that nobody waits for.
    #[on_event]
    async fn on_exception(&mut self, ctx: &Context, module: String, task: String, message: String) {
        self.entry(ctx, Some(&module), &format!("! {task}: {message}"), None).await;
    }

    #[finalize]
    async fn end(&mut self, ctx: &Context) {
        self.print(ctx, "\nThe house is closed.").await;
    }
}

impl Journal {
    async fn entry(
        &mut self,
        ctx: &Context,
        source: Option<&str>,
        text: &str,
        transaction: Option<TransactionId>,
    ) {
        let time = if ctx.config::<Self>().plain { String::new() } else { format!("{Now}  ") };
        let source = source.unwrap_or("outside");
        let line = match transaction.map(|transaction| self.number(transaction)) {
            Some(number) => format!("{time}{source:<12}{text:<55} tx {number}"),
            None => format!("{time}{source:<12}{text}"),
        };
        self.print(ctx, &line).await;
    }

    async fn print(&mut self, ctx: &Context, text: &str) {
        if !self.is_deaf && writeln!(std::io::stdout(), "{text}").is_err() {
            self.is_deaf = true;
            let _ending_already = ctx.trigger_event("exit", args! {}).await;
        }
    }

    /// The short form of a transaction.
    fn number(&mut self, transaction: TransactionId) -> usize {
        let known = self.recent.iter().position(|known| *known == transaction);
        let position = known.unwrap_or_else(|| {
            if self.recent.len() == REMEMBERED {
                self.recent.pop_front();
                self.forgotten += 1;
            }
            self.recent.push_back(transaction);
            self.recent.len() - 1
        });
        self.forgotten + position + 1
    }
}

/// The fields of an event, for people.
struct Fields<'a>(&'a EventRecord);

impl fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.value() {
            Ok(Value::Map(fields)) => {
                // Nanoseconds since the machine was switched on say nothing to people.
                let told = fields.iter().filter(|(name, _)| *name != "timestamp_ns");
                for (index, (name, value)) in told.enumerate() {
                    write!(f, "{}{name}: {value}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Ok(Value::Null) => Ok(()),
            Ok(value) => value.fmt(f),
            Err(error) => error.fmt(f),
        }
    }
}

/// The time of day, UTC.
struct Now;

impl fmt::Display for Now {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (seconds, thousandths) = (now.as_secs(), now.subsec_millis());
        let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
        write!(f, "{hours:02}:{minutes:02}:{:02}.{thousandths:03}", seconds % 60)
    }
}
