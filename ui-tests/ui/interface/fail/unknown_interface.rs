#![allow(unused_variables)]

use looselycoupled::prelude::*;

#[interface]
pub trait Dimmer {
    async fn set_level(&self, level: u8, fade: Duration) -> Result<u8, CallError>;
    async fn off(&self) -> Result<(), CallError>;
}

#[derive(Default)]
pub struct Lamp {
    level: u8,
}

#[module(implements(Dimer))]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8, fade: Duration) -> u8 {
        todo!()
    }

    #[task]
    fn off(&mut self) {
        todo!()
    }
}

fn main() {}
