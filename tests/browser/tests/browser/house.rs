//! The application that the page shows.

use looselycoupled::config::Config;
use looselycoupled::modules::console::Console;
use looselycoupled::modules::gpio::Gpio;
use looselycoupled::modules::web::{Web, WebStub};
use looselycoupled::prelude::*;

/// Who may log in where somebody has to.
pub const USER: (&str, &str) = ("admin", "correct horse battery staple");

#[derive(Debug, Deserialize, looselycoupled::schemars::JsonSchema)]
#[schemars(crate = "looselycoupled::schemars")]
struct LampConfig {
    /// In percent.
    max_level: u8,
    /// What the lamp is called by people.
    #[serde(default = "nameless")]
    title: String,
}

fn nameless() -> String {
    "a lamp".to_owned()
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

/// A lamp that can be dimmed.
#[module(config = LampConfig, emits(level_changed(level: u8, before: u8), unheard = "whoever looks at the page hears it"))]
impl Lamp {
    /// Sets the brightness in percent and returns the one before.
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8) -> Result<u8> {
        let most = ctx.config::<Self>().max_level;
        if level > most {
            return Err(Error::other(format!("level {level} is above {most}")));
        }
        let before = std::mem::replace(&mut self.level, level);
        tracing::debug!(level, before, "the lamp was dimmed");
        ctx.trigger_event("level_changed", args! { level, before }).await?;
        Ok(before)
    }

    /// What it says of itself.
    #[task]
    fn state(&self, ctx: &Context) -> String {
        let title = &ctx.config::<Self>().title;
        format!("{title} at {} %", self.level)
    }
}

#[derive(Default)]
struct Clock {
    ticks: u32,
}

/// Does something on its own, so that there is something to see.
#[module(emits(tick(number: u32)))]
impl Clock {
    #[run]
    async fn beat(ctx: Context) -> Result<()> {
        let me = ctx.me::<Self>()?;
        loop {
            tokio::select! {
                () = ctx.no_longer_active() => return Ok(()),
                () = tokio::time::sleep(Duration::from_millis(100)) => me.advance().await?,
            };
        }
    }

    /// One tick more.
    #[task]
    async fn advance(&mut self, ctx: &Context) -> Result<()> {
        self.ticks += 1;
        ctx.trigger_event("tick", args! { number: self.ticks }).await?;
        Ok(())
    }
}

#[derive(Default)]
struct Desk {
    heard: u32,
}

/// Hears the clock, and has work that can be lined up.
#[module]
impl Desk {
    #[on_event]
    fn on_tick(&mut self, number: u32) {
        self.heard = number;
    }

    /// Lines up work that takes its time, so that there is a queue to see.
    #[task]
    async fn pile_up(&mut self, ctx: &Context, papers: u32) -> Result<()> {
        for _ in 0..papers {
            ctx.enqueue_task("file", args! {}).await?;
        }
        Ok(())
    }

    /// Files a paper.
    #[task]
    async fn file(&mut self) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// An application with its server.
pub struct House {
    app: App,
    /// Where the page is, `127.0.0.1:PORT`.
    pub address: String,
}

impl House {
    /// Starts on any port that is free.
    pub async fn open() -> Self {
        Self::at(0, "").await
    }

    /// Starts where somebody has to log in.
    pub async fn locked() -> Self {
        let (name, password) = USER;
        Self::at(0, &format!("users: {{ {name}: {{ password: {password} }} }}")).await
    }

    /// Starts on a port.
    pub async fn at(port: u16, settings: &str) -> Self {
        let text = format!(
            "looselycoupled: {{ log: info }}
web:
  port: {port}
  title: test-house
  {settings}
lamp: {{ max_level: 90 }}
gpio: {{ driver: simulator, inputs: {{ bell: {{ line: 17, active_low: true, debounce: 0ms }} }}, outputs: {{ porch: 27 }} }}
"
        );
        let builder = App::builder()
            .config(Config::parse(&text, "config.yaml").unwrap())
            .module_with("lamp", Lamp::default)
            .module_with("clock", Clock::default)
            .module_with("desk", Desk::default)
            .module_with("gpio", Gpio::default)
            .module_with("web", Web::default)
            .module_with("console", Console::default)
            .log_to_stderr();
        Self::of(builder).await
    }

    /// Starts another application.
    pub async fn of(builder: AppBuilder) -> Self {
        let app = builder.start().await.unwrap();
        let address = app.handle().stub::<WebStub>("web").unwrap().address().await.unwrap();
        Self { app, address }
    }

    /// Where the page is.
    pub fn page(&self) -> String {
        format!("http://{}/console/", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.rsplit(':').next().unwrap().parse().unwrap()
    }

    pub fn handle(&self) -> Handle {
        self.app.handle()
    }

    pub async fn close(self) {
        self.app.shutdown().await.unwrap();
    }
}
