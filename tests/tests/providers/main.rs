//! Applications that are connected by providers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod calls;
mod checks;
mod cycles;
mod ends;
mod events;
mod groups;
mod own;

use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled::provider::Local;

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Motion {
    room: String,
}

/// Does what it is told, and tells of it.
#[derive(Default)]
pub struct Pump {
    liters: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("{0} liters are more than the cellar holds")]
pub struct TooMuch(u32, #[source] std::fmt::Error);

#[module(emits(pumped(liters: u32)))]
impl Pump {
    #[task]
    async fn pump(&mut self, ctx: &Context, liters: u32) -> Result<u32> {
        if liters > 1_000 {
            return Err(Error::other(TooMuch(liters, std::fmt::Error)));
        }
        self.liters += liters;
        ctx.trigger_event("pumped", args! { liters }).await?;
        Ok(self.liters)
    }

    #[task]
    fn liters(&self) -> u32 {
        self.liters
    }

    #[task]
    fn burst(&self) {
        panic!("the pipe, on purpose");
    }

    #[task]
    async fn never(&self) {
        std::future::pending::<()>().await;
    }

    #[task]
    fn metadata(&self, ctx: &Context) -> (String, String, u16, Vec<(String, String)>) {
        let metadata = ctx.metadata();
        let headers = metadata.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        (metadata.transaction.to_string(), metadata.priority.to_string(), metadata.depth, headers.collect())
    }
}

/// Keeps what it hears.
#[derive(Default)]
pub struct Diary {
    lines: Vec<String>,
}

#[module]
impl Diary {
    #[on_event(Motion)]
    fn on_motion(&mut self, event: &Motion) {
        self.lines.push(format!("motion in the {}", event.room));
    }

    #[on_event]
    fn on_pumped(&mut self, liters: u32) {
        self.lines.push(format!("{liters} liters"));
    }

    #[on_event("door.*")]
    fn on_door(&mut self, event: &EventRecord) {
        self.lines.push(format!("{} from {:?} in {:?}", event.name(), event.source(), event.process()));
    }

    #[task]
    fn lines(&self) -> Vec<String> {
        self.lines.clone()
    }
}

/// A name under which nobody else is together.
fn hub() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("hub {}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// One of the processes of a house.
fn process(name: &str, hub: &str) -> AppBuilder {
    App::builder().process(name).provider("home", Local::connect(hub))
}

async fn lines(app: &App) -> Vec<String> {
    app.quiesce().await;
    app.handle().exec_task("diary.lines", args! {}).await.unwrap().get().unwrap()
}

/// Waits until the diary has so many lines.
async fn wait_for_lines(app: &App, number: usize) -> Vec<String> {
    loop {
        let lines = lines(app).await;
        if lines.len() >= number {
            return lines;
        }
        tokio::task::yield_now().await;
    }
}

fn config(text: &str) -> Config {
    Config::parse(text, "config.yaml").unwrap()
}
