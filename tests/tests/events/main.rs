//! An event reaches every handler that listens, once, and in the form in which the handler wants it.

#![allow(clippy::unwrap_used, clippy::unused_self, reason = "handlers that fail fail their test")]

mod delivery;
mod receivers;
mod values;

use looselycoupled::prelude::*;
use looselycoupled_tests::Journal;

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Motion {
    room: String,
    strength: u8,
}

#[event(name = "meter.read")]
#[derive(Debug, Serialize, Deserialize)]
struct Reading(String, f64);

#[event]
#[derive(Debug, Serialize, Deserialize)]
struct Degrees(i32);

#[event]
#[derive(Debug, Serialize, Deserialize)]
struct Tick;

#[event]
#[derive(Debug, Serialize, Deserialize)]
enum DoorMoved {
    Opened,
    Closed(u8),
    Stuck { by: String },
}

/// Listens in every typed way.
#[derive(Debug, Clone, Default)]
struct Typed(Journal);

#[module]
impl Typed {
    #[on_event(Motion)]
    async fn moved(&mut self, ctx: &Context, motion: &Motion) {
        self.0.note(format!("{} saw {} {}", ctx.name(), motion.room, motion.strength));
    }

    #[on_event(Reading)]
    fn read(&mut self, reading: &Reading) {
        self.0.note(format!("read {} {}", reading.0, reading.1));
    }

    #[on_event(Degrees)]
    fn warmed(&mut self, degrees: &Degrees) {
        self.0.note(format!("{} degrees", degrees.0));
    }

    #[on_event(Tick)]
    fn ticked(&mut self, _: &Tick) {
        self.0.note("tick");
    }

    #[on_event(DoorMoved)]
    fn door(&mut self, door: &DoorMoved) {
        self.0.note(format!("{door:?}"));
    }
}

async fn listening<M: Module<Mode: looselycoupled::GivenByValue>>(module: M) -> (App, Handle) {
    let app = App::builder().module("listener", module).start().await.unwrap();
    let handle = app.handle();
    (app, handle)
}

fn motion(room: &str, strength: u8) -> Motion {
    Motion { room: room.to_owned(), strength }
}
