use looselycoupled::prelude::*;

pub trait Dimmer {
    fn off(&self);
}

#[derive(Default)]
pub struct Lamp;

#[module(implements(Dimmer))]
impl Lamp {
    #[task]
    fn off(&mut self) {}
}

fn main() {}
