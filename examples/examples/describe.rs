//! Describing an application: its tasks, events and settings as data, as pages to read, and as documents for other tools.
//!
//! The feature `schema` lets types say what they look like.

use looselycoupled::prelude::*;
use looselycoupled::schemars::{self, JsonSchema};

/// Somebody moved.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Motion {
    room: String,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Tint {
    Warm,
    Cold,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct LampConfig {
    /// In percent.
    max_level: u8,
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

/// A lamp that shines when somebody comes.
#[module(config = LampConfig, emits(level_changed(lamp: String, level: u8)))]
impl Lamp {
    /// Sets the brightness in percent and returns the one before.
    #[task(timeout = "2s")]
    async fn set_level(&mut self, ctx: &Context, level: u8, #[default(Tint::Warm)] tint: Tint) -> Result<u8> {
        let level = level.min(ctx.config::<Self>().max_level);
        println!("{} shines {tint:?} at {level} %", ctx.name());
        ctx.trigger_event("level_changed", args! { lamp: ctx.name(), level }).await?;
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[on_event(Motion, external = "the alarm system sends it")]
    async fn light_up(&mut self, ctx: &Context, motion: &Motion) -> Result<()> {
        println!("{} sees somebody in the {}", ctx.name(), motion.room);
        ctx.enqueue_task("set_level", args! { level: 80 }).await.map(drop)
    }
}

#[derive(Default)]
struct Display;

#[module]
impl Display {
    /// Shows it.
    #[on_event]
    fn on_level_changed(&mut self, lamp: String, level: u8) {
        println!("display: {lamp} {level} %");
    }
}

const FILE: &str = "
looselycoupled: { modules: { hall_lamp: Lamp, display: Display } }
hall_lamp: { max_level: 60 }
";

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = looselycoupled::config::Config::parse(FILE, "config.yaml")?;
    let app = App::builder().config(config).start().await?;
    let description = app.handle().describe().titled("Home", "1.0");

    // As data …
    let task = description.task("hall_lamp.set_level").ok_or("there is no such task")?;
    for parameter in &task.parameters {
        let default = parameter.default.as_deref().unwrap_or("none");
        println!("{}: {}, default {default}", parameter.name, parameter.type_name);
    }
    println!("arguments: {}", task.arguments_schema());

    // … as pages …
    println!("\n{}\n{}", description.to_markdown(), description.to_mermaid());

    // … and for tools: OpenAPI, AsyncAPI, JSON Schema, and the schema of `config.yaml` for editors.
    let openapi = description.to_openapi();
    openapi.lines().filter(|line| line.contains("/api/")).for_each(|path| println!("{}", path.trim()));
    for document in [description.to_asyncapi(), description.to_json_schema(), description.to_config_schema()]
    {
        assert!(document.starts_with('{'));
    }
    app.handle().trigger(Motion { room: "hall".to_owned() }).await?;
    app.quiesce().await;
    Ok(app.shutdown().await?)
}
