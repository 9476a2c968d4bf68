//! The application that the tests describe.

use std::collections::BTreeMap;

use looselycoupled::config::Config;
use looselycoupled::description::Description;
use looselycoupled::prelude::*;
use schemars::JsonSchema;

/// Somebody moved.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Motion {
    pub room: String,
    /// From 0 to 9.
    #[schemars(range(max = 9))]
    pub strength: u8,
}

/// Says nothing of what it looks like.
#[event(name = "door.opened")]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opened {
    pub by: String,
}

/// What a lamp shines in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    Warm,
    Cold,
    Rgb(u8, u8, u8),
}

/// A scene within scenes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Scene {
    pub colour: Colour,
    #[serde(default)]
    pub inner: Vec<Scene>,
}

/// A type that only serde knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Secretive {
    pub depth: u8,
}

#[derive(Debug, thiserror::Error)]
#[error("too bright")]
pub struct TooBright;

#[derive(Debug, Deserialize, JsonSchema)]
pub struct LampConfig {
    /// In percent.
    max_level: u8,
    #[serde(with = "looselycoupled::config::duration", default)]
    #[schemars(with = "String")]
    fade: Duration,
}

#[derive(Debug, Clone, Default)]
pub struct Lamp {
    level: u8,
}

/// A lamp that can be dimmed.
#[module(config = LampConfig, emits(level_changed(lamp: String, level: u8), "lamp.broken"))]
impl Lamp {
    /// Sets the brightness in percent.
    ///
    /// Gives the one before.
    #[task(timeout = "2s")]
    async fn set_level(
        &mut self,
        ctx: &Context,
        level: u8,
        #[default(100)] most: u8,
        #[default(u8::MIN)] least: u8,
        within: Option<u32>,
        #[default] note: String,
    ) -> Result<u8, TooBright> {
        let config = ctx.config::<Self>();
        if level > most.min(config.max_level) || !config.fade.is_zero() {
            return Err(TooBright);
        }
        let lamp = format!("{}{note}", ctx.name());
        let _heard = ctx.trigger_event("level_changed", args! { lamp: lamp, level: level }).await;
        let _ticks = within;
        Ok(std::mem::replace(&mut self.level, level.max(least)))
    }

    #[task]
    fn play(&mut self, scene: Scene, times: BTreeMap<String, (u8, Colour)>) -> Vec<Scene> {
        self.level = times.len() as u8;
        vec![scene]
    }

    #[task]
    fn keep(&self, secret: Secretive) -> Secretive {
        secret
    }

    #[task(local)]
    fn measure(&self, since: std::time::Instant) -> Duration {
        since.elapsed()
    }

    #[task(blocking, name = "calibrate-now")]
    fn calibrate(&mut self) {
        self.level = 0;
    }
}

#[derive(Debug, Clone, Default)]
pub struct Diary {
    lines: Vec<String>,
}

#[module]
impl Diary {
    /// Writes down who moved.
    #[on_event(Motion)]
    fn by_type(&mut self, motion: &Motion) {
        self.lines.push(motion.room.clone());
    }

    #[on_event(Opened)]
    fn opened(&mut self, opened: &Opened) {
        self.lines.push(opened.by.clone());
    }

    #[on_event]
    fn on_level_changed(&mut self, lamp: String) {
        self.lines.push(lamp);
    }

    #[on_event]
    fn on_tick(&mut self, number: u64, colour: Option<Colour>) {
        self.lines.push(format!("{number}{colour:?}"));
    }

    #[on_event("lamp.*")]
    fn of_lamps(&mut self, event: &EventRecord) {
        self.lines.push(event.name().to_owned());
    }

    #[on_event]
    fn on_exception(&mut self, message: String) {
        self.lines.push(message);
    }

    #[task]
    fn note(&mut self, level: u8) {
        self.lines.push(level.to_string());
    }
}

/// Of which something is not known before it is used.
#[derive(Debug, Clone, Default)]
pub struct Shelf<T>(Vec<T>);

#[module(concurrent)]
impl<T> Shelf<T>
where
    T: Clone + Send + Sync + Serialize + for<'de> Deserialize<'de> + 'static,
{
    #[task]
    fn all(&self, at_least: usize) -> Vec<T> {
        self.0.iter().take(at_least).cloned().collect()
    }
}

pub const FILE: &str = "
looselycoupled:
  modules: { attic_lamp: { type: Lamp, loop: attic, policy: { restart: { budget: 2, within: 1m } } } }
hall_lamp: { max_level: 80 }
attic_lamp: { max_level: 60 }
";

/// Two lamps, of which one shares a loop, a diary and a shelf.
pub async fn house() -> App {
    built(Config::parse(FILE, "config.yaml").unwrap()).await
}

pub async fn built(config: Config) -> App {
    App::builder()
        .module("hall_lamp", Lamp::default())
        .module_on("attic", "diary", Diary::default())
        .module("shelf", Shelf::<u8>::default())
        .config(config)
        .policy("diary", Policy::Exit)
        .connect("hall_lamp/level_changed", "diary.note")
        .forward("hall_lamp/lamp.broken", "diary/alarm")
        .start()
        .await
        .unwrap()
}

pub async fn described() -> Description {
    let app = house().await;
    let description = app.handle().describe();
    app.shutdown().await.unwrap();
    description
}
