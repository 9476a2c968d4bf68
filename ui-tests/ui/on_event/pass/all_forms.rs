use looselycoupled::prelude::*;

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Motion {
    room: String,
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event(Motion)]
    async fn light_up(&mut self, ctx: &Context, motion: &Motion) {
        let _ = (ctx.name(), &motion.room);
    }

    #[on_event(Motion)]
    fn count(&mut self, _: &Motion) -> Result<()> {
        Ok(())
    }

    #[on_event]
    async fn on_motion(&mut self, room: String, at: Option<u64>, #[default(1)] weight: u8) {
        let _ = (room, at, weight);
    }

    #[on_event("door.opened")]
    fn opened(&self) {}

    #[on_event("sensor.*")]
    async fn watch(&mut self, event: &EventRecord) {
        let _ = event.name();
    }

    #[on_event("**")]
    fn all(&self, _event: &looselycoupled::EventRecord) {}
}

fn main() {}
