use looselycoupled::prelude::*;

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Motion {
    room: String,
}

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum DoorMoved {
    Opened,
    Closed,
}

#[derive(Default)]
pub struct Lamp {
    level: u8,
}

#[module(emits(level_changed(lamp: String, level: u8)))]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8, fade: Option<u32>) -> u8 {
        let _ = fade;
        std::mem::replace(&mut self.level, level)
    }

    #[on_event(Motion)]
    fn on_motion(&mut self, motion: &Motion) {
        let _ = &motion.room;
    }

    #[on_event(DoorMoved)]
    fn on_door(&mut self, _moved: &DoorMoved) {}
}

app! { hall_lamp: Lamp, attic_lamp: Lamp }

async fn user(ctx: &Handle) -> Result<()> {
    exec!(ctx, "").await?;
    Ok(())
}

fn main() {}
