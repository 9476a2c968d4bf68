//! Names that the compiler checks: `app!`, `exec!`, `enqueue!`, `emit!`. What does not compile stands in `ui-tests`.

#![allow(clippy::unwrap_used, reason = "a wiring that is not whole fails its test")]

use looselycoupled::prelude::*;

mod calls;
mod events;
mod parts;

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Motion {
    pub room: String,
    pub strength: u8,
}

#[event(name = "door.opened")]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DoorOpened;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("level {0} is above the most")]
pub struct TooBright(u8);

/// Nothing that serde knows.
#[derive(Debug, PartialEq, Eq)]
pub struct Colour(&'static str);

#[derive(Default)]
pub struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    async fn set_level(
        &mut self,
        level: u8,
        #[default(100)] most: u8,
        fade: Option<Duration>,
    ) -> Result<u8, TooBright> {
        if level > most {
            return Err(TooBright(level));
        }
        tokio::time::sleep(fade.unwrap_or_default()).await;
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    #[task(name = "what-is")]
    fn renamed(&self, r#type: String) -> String {
        r#type
    }

    #[task(local)]
    fn paint(&self, colour: Colour) -> Colour {
        colour
    }

    #[cfg(any())]
    #[task]
    fn never(&self) {}

    #[cfg(not(any()))]
    #[task]
    fn after_one_that_does_not_exist(&self) -> u8 {
        77
    }
}

/// Hears everything, and says what.
#[derive(Default)]
pub struct Diary {
    entries: Vec<String>,
}

#[module(emits(
    read_aloud(entry: String, page: u32),
    closed,
    cellar_temperature_changed(lowest_temperature_of_the_day: u8, highest_temperature_of_the_day: u8),
    kitchen_temperature_changed(temperature: u8),
))]
impl Diary {
    #[on_event(Motion)]
    fn note_motion(&mut self, motion: &Motion) {
        self.entries.push(format!("motion of {} in {}", motion.strength, motion.room));
    }

    #[on_event(DoorOpened)]
    fn note_door(&mut self, _opened: &DoorOpened) {
        self.entries.push("door".to_owned());
    }

    #[on_event]
    fn on_read_aloud(&mut self, entry: String, page: u32) {
        self.entries.push(format!("{entry} on page {page}"));
    }

    #[on_event]
    fn on_closed(&mut self) {
        self.entries.push("closed".to_owned());
    }

    #[on_event]
    fn on_cellar_temperature_changed(
        &mut self,
        lowest_temperature_of_the_day: u8,
        highest_temperature_of_the_day: u8,
    ) {
        self.entries.push(format!("{lowest_temperature_of_the_day} to {highest_temperature_of_the_day}"));
    }

    #[on_event]
    fn on_kitchen_temperature_changed(&mut self, temperature: u8) {
        self.entries.push(format!("{temperature} in the kitchen"));
    }

    #[task]
    fn entries(&self) -> Vec<String> {
        self.entries.clone()
    }
}

app! {
    hall_lamp: Lamp,
    attic_lamp: Lamp,
    "garden-lamp": Lamp,
    diary: Diary,
    check = application(),
}

fn application() -> AppBuilder {
    App::builder()
        .module("diary", Diary::default())
        .module("garden-lamp", Lamp { level: 3 })
        .module("attic_lamp", Lamp { level: 2 })
        .module("hall_lamp", Lamp { level: 1 })
}

async fn running() -> App {
    application().start().await.unwrap()
}
