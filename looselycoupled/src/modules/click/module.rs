//! The module.

use std::collections::HashMap;

use tokio::time::Instant;

use super::button::{Button, Push, Thresholds};
use super::{ClickConfig, DoubleClick, Hold, LineName, PushedLong, PushedShort};
use crate::prelude::*;

/// Makes pushes of buttons of changes of inputs.
///
/// It hears `changed_gpio_input`, whoever sends it, and goes by the times that stand there, so it makes no difference how late it hears. Each
/// line of each sender is a button of its own.
#[derive(Debug)]
pub struct Click {
    buttons: HashMap<Key, Button>,
    inverted: Vec<LineName>,
    thresholds: Thresholds,
    hold: Option<Duration>,
    start: Instant,
}

/// Who sends, and the line there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    source: String,
    line: u32,
}

/// A push that may become a long one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Pushed {
    key: Key,
    push: u64,
    told: Hold,
}

/// `hold` is not longer than the longest short push.
#[derive(Debug, thiserror::Error)]
#[error("`hold` must be longer than `short`: {} is not longer than {}", crate::config::duration::format(*.hold), crate::config::duration::format(*.short))]
pub struct HoldTooShort {
    hold: Duration,
    short: Duration,
}

#[module(
    config = ClickConfig,
    emits(
        pushed_short(line: u32, line_name: Option<String>, line_seq: u32),
        pushed_long(line: u32, line_name: Option<String>, line_seq: u32),
        doubleclick(line: u32, line_name: Option<String>, line_seq: u32),
        hold(line: u32, line_name: Option<String>, line_seq: u32),
        unheard = "nobody needs all kinds of pushes",
    ),
)]
impl Click {
    #[new]
    fn new(config: ClickConfig) -> Result<Self, HoldTooShort> {
        let ClickConfig { inverted, short, double_click, hold } = config;
        if let Some(hold) = hold.filter(|hold| *hold <= short) {
            return Err(HoldTooShort { hold, short });
        }
        let thresholds = Thresholds { short, double_click };
        Ok(Self { buttons: HashMap::new(), inverted, thresholds, hold, start: Instant::now() })
    }

    /// Says which lines are inactive while their button is pushed, in place of `inverted` in the configuration.
    #[task]
    fn set_inverted_logic(&mut self, lines: Vec<LineName>) {
        self.inverted = lines;
    }

    #[allow(clippy::too_many_arguments, reason = "the fields of the event")]
    #[on_event]
    async fn on_changed_gpio_input(
        &mut self,
        ctx: &Context,
        line: u32,
        line_name: Option<String>,
        line_seq: u32,
        rising_edge: bool,
        timestamp_ns: Option<u64>,
    ) -> Result<()> {
        let at = timestamp_ns.map_or_else(|| self.start.elapsed(), Duration::from_nanos);
        let is_pushed =
            rising_edge != self.inverted.iter().any(|inverted| inverted.is(line, line_name.as_deref()));
        let key =
            Key { source: ctx.metadata().source.map_or_else(String::new, |source| source.to_string()), line };
        let button = self.buttons.entry(key.clone()).or_default();
        if is_pushed {
            let (push, is_unexpected) = button.push(at, &self.thresholds);
            if is_unexpected {
                tracing::warn!(
                    line,
                    line_name,
                    line_seq,
                    "a button is pushed that was not seen to be released"
                );
            }
            self.watch(ctx, Pushed { key, push, told: Hold { line, line_name, line_seq } }).await
        } else if let Some(push) = button.release(at, &self.thresholds) {
            tell(ctx, push, line, line_name, line_seq).await
        } else {
            tracing::warn!(line, line_name, line_seq, "a button is released that was not seen to be pushed");
            Ok(())
        }
    }

    #[doc(hidden)]
    #[task(local)]
    async fn tell_if_held(&mut self, ctx: &Context, pushed: Pushed) -> Result<()> {
        if self.buttons.get(&pushed.key).is_some_and(|button| button.is_held(pushed.push)) {
            ctx.trigger(pushed.told).await?;
        }
        Ok(())
    }

    async fn watch(&self, ctx: &Context, pushed: Pushed) -> Result<()> {
        if let Some(hold) = self.hold {
            ctx.me::<Self>()?.tell_if_held(pushed).after(hold).enqueue().await?;
        }
        Ok(())
    }
}

async fn tell(ctx: &Context, push: Push, line: u32, line_name: Option<String>, line_seq: u32) -> Result<()> {
    match push {
        Push::Short => ctx.trigger(PushedShort { line, line_name, line_seq }).await?,
        Push::Long => ctx.trigger(PushedLong { line, line_name, line_seq }).await?,
        Push::Double => ctx.trigger(DoubleClick { line, line_name, line_seq }).await?,
    };
    Ok(())
}
