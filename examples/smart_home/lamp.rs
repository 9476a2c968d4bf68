//! A lamp that can be dimmed. There are several of them.

use looselycoupled::prelude::*;

#[derive(Debug, Deserialize)]
#[serde(default)]
pub(crate) struct LampConfig {
    max_level: u8,
}

impl Default for LampConfig {
    fn default() -> Self {
        Self { max_level: 100 }
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum LampError {
    #[error("level {level} is above {most}, the most that this lamp can do")]
    TooBright { level: u8, most: u8 },
    #[error(transparent)]
    Framework(#[from] Error),
}

#[derive(Default)]
pub(crate) struct Lamp {
    level: u8,
}

#[module(config = LampConfig, emits(level_changed(level: u8, before: u8)))]
impl Lamp {
    /// Sets the brightness in percent and returns the one before.
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8) -> Result<u8, LampError> {
        let most = ctx.config::<Self>().max_level;
        if level > most {
            return Err(LampError::TooBright { level, most });
        }
        let before = std::mem::replace(&mut self.level, level);
        if level != before {
            ctx.trigger_event("level_changed", args! { level, before }).await?;
        }
        Ok(before)
    }

    #[task]
    fn state(&self) -> String {
        if self.level == 0 { "off".to_owned() } else { format!("{} %", self.level) }
    }

    /// Everything has been handled and the house is about to close: lights out.
    #[finalize]
    fn switch_off(&mut self) {
        self.level = 0;
    }
}
