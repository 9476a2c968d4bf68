use looselycoupled::prelude::*;

#[derive(Default)]
pub struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    /// Sets the level.
    #[task]
    #[allow(clippy::unused_async)]
    async fn set(&mut self, _ctx: &Context, level: u8) -> Result<u8> {
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[deprecated = "use `set`"]
    #[task]
    #[expect(unused_variables)]
    fn old(&mut self, level: u8, #[default] fade: u8) {}

    #[on_event("sensor.*")]
    fn watch(&mut self, event: &EventRecord) {
        let _ = event.name();
    }
}

fn main() {}
