#![deny(unused_must_use)]

use looselycoupled::prelude::*;

#[interface]
pub trait Dimmer {
    async fn off(&self) -> Result<(), CallError>;
}

pub async fn call(dimmer: DimmerStub) {
    dimmer.off();
}

fn main() {}
