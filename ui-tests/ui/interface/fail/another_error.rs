use looselycoupled::prelude::*;

pub struct LampError;

#[interface]
pub trait Dimmer {
    async fn set_level(&self, level: u8) -> Result<u8, LampError>;
    async fn off(&self) -> Result<()>;
}

fn main() {}
