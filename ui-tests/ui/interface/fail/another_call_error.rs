use looselycoupled::prelude::interface;

pub struct CallError;

#[interface]
pub trait Dimmer {
    async fn off(&self) -> Result<(), CallError>;
}

fn main() {}
