use looselycoupled::prelude::*;

#[interface]
pub trait Dimmer {
    async fn off(&self) -> Result<(), CallError>;
}

pub async fn call(handle: Handle) {
    let _ = handle.stub::<dyn Dimmer>("hall_lamp");
}

fn main() {}
