use looselycoupled::prelude::*;

#[interface(nmae = "Dimmer", version = "2")]
pub trait Dimmer {
    const MAX: u8;
    fn level(&self) -> Result<u8, CallError>;
    async fn set_level(&mut self, level: u8) -> Result<u8, CallError>;
    async fn rename(&self, name: &str) -> Result<(), CallError>;
    async fn find(&self, _: u8, (room, place): (u8, u8)) -> Result<(), CallError>;
    async fn off(&self) -> Result<(), CallError> {
        Ok(())
    }
    async fn any<T>(&self, what: T) -> Result<(), CallError>;
    async fn with(&self, ctx: &Context) -> Result<(), CallError>;
    async fn nobody() -> Result<(), CallError>;
}

fn main() {}
