//! A module that dims whatever can be dimmed. Nothing here names a lamp.

use contract::{Dimmer, DimmerStub};
use looselycoupled::prelude::*;

/// Makes it evening.
#[derive(Debug, Default)]
pub struct Evening;

#[module]
impl Evening {
    /// Dims what has this name.
    #[task]
    async fn dim(&self, ctx: &Context, name: String, level: u8) -> Result<()> {
        let dimmer = ctx.stub::<DimmerStub>(&name)?;
        let before = dimmer.set_level(level).priority(Priority::High).timeout(Duration::from_secs(1)).await?;
        println!("{name}: from {before} % to {level} %");
        Ok(())
    }

    /// Says good night to what has this name.
    #[task]
    async fn good_night(&self, ctx: &Context, name: String) -> Result<()> {
        let dimmer: DimmerStub = ctx.stub(&name)?;
        println!("{name}: flashed from {} %, then off", flash(&dimmer).await?);
        Ok(())
    }
}

/// Takes any dimmer, be it a module or not.
///
/// # Errors
///
/// Those of the dimmer.
pub async fn flash(dimmer: &impl Dimmer) -> Result<u8, CallError> {
    let before = dimmer.set_level(100).await?;
    dimmer.off().await?;
    Ok(before)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// No module and no application, and all the same a dimmer.
    #[derive(Default)]
    struct Recorder(Mutex<Vec<u8>>);

    impl Dimmer for Recorder {
        async fn set_level(&self, level: u8) -> Result<u8, CallError> {
            self.0.lock().expect("nobody panics").push(level);
            Ok(7)
        }

        async fn off(&self) -> Result<(), CallError> {
            self.set_level(0).await.map(drop)
        }
    }

    #[tokio::test]
    async fn it_flashes_and_goes_off() {
        let recorder = Recorder::default();
        assert_eq!(flash(&recorder).await.expect("it never fails"), 7);
        assert_eq!(*recorder.0.lock().expect("nobody panics"), [100, 0]);
    }
}
