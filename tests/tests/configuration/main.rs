//! Configuration as modules and the framework read it, and what is refused before the start.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unused_self,
    reason = "handlers that fail fail their test"
)]

mod file;
mod framework;
mod loops;
mod moves;
mod sections;
mod settings;

use std::sync::{Arc, Mutex};

use looselycoupled::AppBuilder;
use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Overlap};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct LampConfig {
    max_level: u8,
    #[serde(default)]
    colours: Vec<String>,
    #[serde(default)]
    fading: bool,
}

#[derive(Debug, Default)]
struct Lamp;

#[module(config = LampConfig)]
impl Lamp {
    #[task]
    fn max_level(&self, ctx: &Context) -> u8 {
        ctx.config::<Self>().max_level
    }

    #[task]
    fn colours(&self, ctx: &Context) -> Vec<String> {
        ctx.config::<Self>().colours.clone()
    }

    #[task]
    fn fading(&self, ctx: &Context) -> bool {
        ctx.config::<Self>().fading
    }
}

/// Reads single settings.
#[derive(Debug, Clone, Default)]
struct Reader {
    gate: Gate,
    overlap: Overlap,
    strengths: Arc<Mutex<Vec<u8>>>,
}

#[module]
impl Reader {
    #[task]
    fn number(&self, ctx: &Context, path: String) -> Result<Option<u16>> {
        Ok(ctx.setting(&path)?)
    }

    #[task]
    fn text(&self, ctx: &Context, path: String) -> Result<Option<String>> {
        Ok(ctx.setting(&path)?)
    }

    #[task]
    fn remember(&mut self, ctx: &Context, value: u16) -> Result<()> {
        let path = format!("{}.remembered", ctx.name());
        Ok(ctx.with_config(|config| config.set(&path, value))?)
    }

    #[task]
    async fn hold(&mut self) {
        let _inside = self.overlap.enter();
        self.gate.pass().await;
    }

    #[task(blocking)]
    fn hold_blocking(&mut self) {
        let _inside = self.overlap.enter();
        self.gate.pass_blocking();
    }

    #[task]
    fn fall(&mut self) {
        panic!("on purpose");
    }

    #[on_event]
    fn on_tick(&mut self, strength: u8) {
        self.strengths.lock().unwrap().push(strength);
    }
}

/// Overlaps.
#[derive(Debug, Clone, Default)]
struct Wide {
    gate: Gate,
    overlap: Overlap,
}

#[module(concurrent)]
impl Wide {
    #[task]
    async fn hold(&self) {
        let _inside = self.overlap.enter();
        self.gate.pass().await;
    }
}

/// Has no configuration, and keeps its context to itself.
#[derive(Debug, Default)]
struct Bell;

#[module]
impl Bell {
    #[task]
    fn ring(&self, ctx: &Context) -> String {
        ctx.name().to_owned()
    }
}

fn config(text: &str) -> Config {
    Config::parse(text, "home.yaml").unwrap()
}

fn lamp(text: &str) -> AppBuilder {
    App::builder().module("hall", Lamp).config(config(text))
}

fn reader(text: &str) -> (AppBuilder, Reader) {
    let reader = Reader::default();
    (App::builder().module("reader", reader.clone()).config(config(text)), reader)
}

async fn faults(builder: AppBuilder) -> Vec<String> {
    match builder.start().await {
        Err(StartError::Check(faults)) => faults.into_iter().map(|fault| fault.message).collect(),
        other => panic!("not refused by the check: {other:?}"),
    }
}

async fn fault(builder: AppBuilder) -> String {
    let mut faults = faults(builder).await;
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.remove(0)
}
