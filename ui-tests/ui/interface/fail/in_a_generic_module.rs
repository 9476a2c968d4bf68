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

pub struct Meter<T>(T);

#[module(implements(Dimmer))]
impl<T: Send + 'static> Meter<T> {
    #[task]
    fn set_level(&mut self, level: u16, fade: Duration) -> u8 {
        todo!()
    }
}

fn main() {}
