//! A call brings back what its task returns, by stub and by name alike.

#![allow(clippy::unused_self, reason = "tasks that say what they say")]

mod chains;
mod futures;
mod values;

use std::sync::mpsc;

use looselycoupled::prelude::*;
use looselycoupled_tests::Journal;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum LampError {
    #[error("level {0} is above 100")]
    TooBright(u8),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Scene {
    name: String,
    levels: Vec<(String, u8)>,
    fade: Option<f64>,
}

#[derive(Debug, Default)]
struct Lamp {
    level: u8,
    journal: Journal,
}

mod short {
    pub(crate) type Result<T> = std::result::Result<T, String>;
}

#[module]
impl Lamp {
    #[task]
    async fn set_level(&mut self, level: u8) -> Result<u8, LampError> {
        if level > 100 {
            return Err(LampError::TooBright(level));
        }
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    #[task]
    fn dim(
        &mut self,
        by: Option<u8>,
        #[default] floor: u8,
        #[default(90)] ceiling: u8,
    ) -> (Option<u8>, u8, u8) {
        (by, floor, ceiling)
    }

    #[task]
    async fn play(&mut self, ctx: &Context, scene: Scene) -> Scene {
        Scene { name: format!("{} on {}", scene.name, ctx.name()), ..scene }
    }

    #[task(name = "fade-to")]
    fn fade(&mut self, level: u8) {
        self.level = level;
    }

    #[task(local)]
    fn lend(&mut self, sender: mpsc::Sender<u8>, double: fn(u8) -> u8) -> std::thread::ThreadId {
        sender.send(double(self.level)).unwrap_or_default();
        std::thread::current().id()
    }

    #[task]
    fn broken_bulb(&self) -> std::io::Result<u8> {
        Err(std::io::Error::new(std::io::ErrorKind::NotFound, "no bulb"))
    }

    #[task]
    fn short_alias(&self, fail: bool) -> short::Result<u8> {
        if fail { Err("in words".to_owned()) } else { Ok(7) }
    }

    #[task]
    fn anyhow(&self) -> anyhow::Result<u8> {
        Err(anyhow::anyhow!("the wire is cut").context("cannot light"))
    }

    #[task]
    fn boxed(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err("boxed".into())
    }

    #[task]
    async fn remember(&mut self, ctx: &Context, word: String) -> Result<()> {
        ctx.enqueue_task("note", args! { word }).await?;
        self.journal.note("enqueued");
        Ok(())
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[task]
    async fn slow(&mut self) -> u8 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.level
    }

    #[task]
    fn exact(&self, big: u64, small: i64, nothing: (), tiny: f64) -> (u64, i64, (), f64) {
        (big, small, nothing, tiny)
    }
}

async fn lamp() -> (App, LampStub) {
    let app = App::builder().module("lamp", Lamp::default()).start().await.unwrap();
    let stub = app.handle().stub("lamp").unwrap();
    (app, stub)
}
