//! The button at the gate: a push switches the light on, two make it blink, a long one switches it off.

use looselycoupled::modules::click::{DoubleClick, PushedLong, PushedShort};
use looselycoupled::modules::gpio::{GpioStub, OutputState};
use looselycoupled::prelude::*;

/// The button's line and the light's.
const BUTTON: &str = "bell";
const LIGHT: &str = "porch";

#[derive(Default)]
pub(crate) struct Bell {
    light: OutputState,
}

#[module]
impl Bell {
    #[on_event(PushedShort)]
    async fn light_up(&mut self, ctx: &Context, push: &PushedShort) -> Result<()> {
        self.set(ctx, push.line_name.as_deref(), OutputState::On).await
    }

    #[on_event(DoubleClick)]
    async fn blink(&mut self, ctx: &Context, push: &DoubleClick) -> Result<()> {
        self.set(ctx, push.line_name.as_deref(), OutputState::BlinkFast).await
    }

    #[on_event(PushedLong)]
    async fn go_dark(&mut self, ctx: &Context, push: &PushedLong) -> Result<()> {
        self.set(ctx, push.line_name.as_deref(), OutputState::Off).await
    }

    #[task]
    fn state(&self) -> String {
        format!("the light above it: {}", self.light)
    }
}

impl Bell {
    async fn set(&mut self, ctx: &Context, line: Option<&str>, light: OutputState) -> Result<()> {
        if line == Some(BUTTON) {
            ctx.stub::<GpioStub>("gpio")?.set_output_state(LIGHT.into(), light).await?;
            self.light = light;
        }
        Ok(())
    }
}
