//! What looks at messages on their way.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod own;
mod passing;
mod ready_made;
mod rejecting;

use std::sync::{Arc, Mutex};

use looselycoupled::interceptor::{Interceptor, Message, Rejection};
use looselycoupled::prelude::*;

/// What was seen, in order.
#[derive(Debug, Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Notes everything that passes, on both sides.
struct Witness {
    name: &'static str,
    journal: Journal,
}

impl Interceptor for Witness {
    async fn sending(&self, message: &mut Message) -> Result<(), Rejection> {
        self.journal.note(format!("{} sends {} {}", self.name, message.kind(), message.name()));
        Ok(())
    }

    async fn receiving(&self, message: &mut Message) -> Result<(), Rejection> {
        self.journal.note(format!("{} receives {} {}", self.name, message.kind(), message.name()));
        Ok(())
    }
}

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Moved {
    room: String,
}

/// Tells the headers with which it is reached.
#[derive(Default)]
struct Lamp {
    level: u8,
    heard: Vec<String>,
}

fn headers(ctx: &Context) -> String {
    let metadata = ctx.metadata();
    let all: Vec<_> = metadata.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
    all.join(" ")
}

#[module(emits(level_changed(level: u8)))]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> u8 {
        std::mem::replace(&mut self.level, level)
    }

    #[task]
    fn headers(&self, ctx: &Context) -> String {
        headers(ctx)
    }

    #[task]
    fn heard(&self) -> Vec<String> {
        self.heard.clone()
    }

    #[task]
    async fn tell(&self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("level_changed", args! { level: self.level }).await?;
        Ok(())
    }

    #[task]
    fn break_down(&self) {
        panic!("the bulb");
    }

    #[on_event(Moved)]
    fn on_moved(&mut self, ctx: &Context, event: &Moved) {
        self.heard.push(format!("{}: {}", event.room, headers(ctx)));
    }

    #[on_event]
    fn on_sunset(&mut self, ctx: &Context) {
        self.heard.push(format!("sunset: {}", headers(ctx)));
    }
}

/// Asks a lamp.
#[derive(Default)]
struct Remote;

#[module]
impl Remote {
    #[task]
    async fn headers_of_lamp(&self, ctx: &Context) -> Result<String> {
        Ok(ctx.stub::<LampStub>("lamp")?.headers().await?)
    }
}

fn application() -> AppBuilder {
    App::builder().module("lamp", Lamp::default()).module("remote", Remote)
}

async fn heard(app: &App) -> Vec<String> {
    app.quiesce().await;
    app.handle().stub::<LampStub>("lamp").unwrap().heard().await.unwrap()
}
