//! A loudspeaker that says one thing at a time, the most urgent first.

use looselycoupled::prelude::*;
use tokio::sync::oneshot;

use crate::journal::JournalStub;

#[derive(Default)]
pub(crate) struct Speaker {
    said: u32,
}

#[module]
impl Speaker {
    /// Says a text.
    #[task]
    async fn say(&mut self, ctx: &Context, text: String) -> Result<()> {
        self.said += 1;
        let line = format!("says {text:?}, at priority {}", ctx.metadata().priority);
        ctx.stub::<JournalStub>("journal")?.tell(line).await?;
        Ok(())
    }

    /// Lines up three texts. While this runs the speaker does nothing else, so all three wait.
    #[task(local)]
    async fn rehearse(&self, ctx: &Context, done: oneshot::Sender<u32>) -> Result<()> {
        let me = ctx.me::<Self>()?;
        me.say("the laundry is done".to_owned()).priority(Priority::Low).enqueue().await?;
        me.say("dinner is ready".to_owned()).enqueue().await?;
        me.say("smoke in the kitchen".to_owned()).priority(Priority::Highest).enqueue().await?;
        me.finish(done).priority(Priority::Lowest).enqueue().await?;
        Ok(())
    }

    /// Tells how many things have been said. A `local` task may take what cannot be serialised.
    #[task(local)]
    fn finish(&self, done: oneshot::Sender<u32>) {
        let _nobody_waits = done.send(self.said);
    }

    #[task]
    fn state(&self) -> String {
        match self.said {
            0 => "has said nothing".to_owned(),
            1 => "has said one thing".to_owned(),
            said => format!("has said {said} things"),
        }
    }
}
