//! What the house does by itself.

use looselycoupled::prelude::*;

use crate::events::{Motion, Pressed};
use crate::journal::JournalStub;
use crate::lamp::LampStub;

#[derive(Debug, Deserialize)]
pub(crate) struct ControllerConfig {
    welcome: Welcome,
}

/// Which lamp welcomes visitors, and how.
#[derive(Debug, Deserialize)]
struct Welcome {
    lamp: String,
    level: u8,
}

#[derive(Default)]
pub(crate) struct Controller {
    visitors: u32,
}

#[module(config = ControllerConfig)]
impl Controller {
    #[on_event(Pressed)]
    async fn welcome(&mut self, ctx: &Context, _: &Pressed) -> Result<()> {
        self.visitors += 1;
        let Welcome { lamp, level } = &ctx.config::<Self>().welcome;
        let before = ctx.stub::<LampStub>(lamp)?.set_level(*level).await?;
        let text = format!("asked {lamp} for {level} %, it was at {before} %");
        ctx.stub::<JournalStub>("journal")?.tell(text).await?;
        Ok(())
    }

    #[on_event(Motion)]
    async fn notice(&self, ctx: &Context, motion: &Motion) -> Result<()> {
        let text = format!("knows that somebody is in the {}", motion.room);
        ctx.stub::<JournalStub>("journal")?.tell(text).await?;
        Ok(())
    }

    #[task]
    fn state(&self) -> String {
        match self.visitors {
            0 => "nobody has come".to_owned(),
            1 => "has welcomed one visitor".to_owned(),
            visitors => format!("has welcomed {visitors} visitors"),
        }
    }
}
