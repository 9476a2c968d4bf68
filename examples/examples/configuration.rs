//! Configuration: modules and their sections from YAML, typed, checked before the start, and readable by path.

use looselycoupled::config::Config;
use looselycoupled::prelude::*;

/// A program would say `.config_file("config.yaml")`.
const GOOD: &str = "
looselycoupled:
  modules: { hall_lamp: Lamp, attic_lamp: Lamp }
hall_lamp: { max_level: 80, fade: 250ms, rooms: [hall, stairs] }
attic_lamp: { max_level: 60 }
";

const BAD: &str = "
looselycoupled:
  modules: { hall_lamp: Lamp, attic_lamp: Lamp, porch_lamp: Lmap }
  loops: { hall_lmap: { tasks: { capacity: 10 } } }
hall_lamp: { max_level: bright }
attic_lamp: { max_levl: 60 }
porch_lamp: { max_level: 30 }
";

#[derive(Debug, Deserialize)]
struct LampConfig {
    max_level: u8,
    #[serde(with = "looselycoupled::config::duration", default)]
    fade: Duration,
    #[serde(default)]
    rooms: Vec<String>,
}

struct Lamp {
    level: u8,
    rooms: Vec<String>,
}

#[module(config = LampConfig)]
impl Lamp {
    /// Makes an instance from its section.
    #[new]
    fn new(config: LampConfig) -> Self {
        Self { level: config.max_level / 2, rooms: config.rooms }
    }

    #[task]
    async fn describe(&self, ctx: &Context) -> Result<String> {
        let config = ctx.config::<Self>();
        // The same by path, for values that no type knows.
        let second = ctx.setting::<String>("rooms.1")?;
        let (level, most, fade) = (self.level, config.max_level, config.fade);
        Ok(format!("{level} of {most} %, fades in {fade:?}, rooms {:?}, second {second:?}", self.rooms))
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().config(Config::parse(GOOD, "config.yaml")?).start().await?;
    let handle = app.handle();
    for name in handle.modules() {
        println!("{name}: {}", handle.stub::<LampStub>(&name)?.describe().await?);
    }

    // At run time the whole configuration can be read, changed and saved.
    let fade = handle.with_config(|config| {
        config.set("attic_lamp.fade", "2s")?;
        config.get::<String>("attic_lamp.fade")
    })?;
    println!("attic_lamp.fade is now {fade:?}");
    app.shutdown().await?;

    // All faults come at once, each with its place and what was probably meant.
    if let Err(error) = App::builder().config(Config::parse(BAD, "config.yaml")?).start().await {
        println!("{error}");
    }
    Ok(())
}
