#![deny(unused_must_use)]

use looselycoupled::prelude::*;

#[derive(Default)]
pub struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

pub async fn read(lamp: LampStub) {
    lamp.level();
}

fn main() {}
