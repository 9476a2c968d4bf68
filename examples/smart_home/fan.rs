//! A fan that runs while the machine is hot or busy.

use looselycoupled::prelude::*;

use crate::journal::JournalStub;

/// Above which figures the fan runs.
#[derive(Debug, Deserialize)]
pub(crate) struct FanConfig {
    load: f64,
    celsius: f64,
}

#[derive(Default)]
pub(crate) struct Fan {
    is_on: bool,
}

#[module(config = FanConfig)]
impl Fan {
    /// Hears the event by its name and takes the fields that it needs: it does not know the type `Measured`.
    #[on_event]
    async fn on_measured(&mut self, ctx: &Context, load: Option<f64>, celsius: Option<f64>) -> Result<()> {
        let limits = ctx.config::<Self>();
        let is_above = |figure: Option<f64>, limit: f64| figure.is_some_and(|figure| figure > limit);
        let is_on = is_above(load, limits.load) || is_above(celsius, limits.celsius);
        if is_on != self.is_on {
            self.is_on = is_on;
            let text = if is_on { "goes on: the machine is hot or busy" } else { "goes off" };
            ctx.stub::<JournalStub>("journal")?.tell(text.to_owned()).await?;
        }
        Ok(())
    }

    #[task]
    fn state(&self) -> String {
        if self.is_on { "on".to_owned() } else { "off".to_owned() }
    }
}
