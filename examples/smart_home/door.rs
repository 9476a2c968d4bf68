//! A door with a button.

use looselycoupled::prelude::*;

use crate::events::Pressed;

#[derive(Default)]
pub(crate) struct Door {
    times: u32,
}

#[module]
impl Door {
    /// Presses the button.
    #[task]
    async fn press(&mut self, ctx: &Context) -> Result<()> {
        self.times += 1;
        ctx.trigger(Pressed { times: self.times }).await?;
        Ok(())
    }

    #[task]
    fn state(&self) -> String {
        match self.times {
            0 => "nobody has pressed it".to_owned(),
            1 => "was pressed once".to_owned(),
            times => format!("was pressed {times} times"),
        }
    }
}
