use looselycoupled::prelude::*;

#[interface]
pub trait Dimmer {
    async fn set_level(&self, level: u8) -> u8;
    async fn off(&self);
}

fn main() {}
