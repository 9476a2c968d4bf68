use looselycoupled::prelude::*;

#[interface]
pub trait Dimmer<L>: Send
where
    L: Send,
{
    async fn set_level(&self, level: L) -> Result<L, CallError>;
}

fn main() {}
