use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    async fn set(&mut self, ctx: &Context, level: u8) -> Result<u8> {
        let _ = ctx.name();
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    #[task]
    async fn slow_level(&self) -> u8 {
        self.level
    }

    #[task(name = "fade-to", timeout = "500ms")]
    async fn fade(&mut self, mut level: u8, within: Option<Duration>, #[default] steps: u8, #[default(u8::MAX)] limit: u8) {
        level = level.min(limit).saturating_add(steps);
        let _ = within;
        self.level = level;
    }

    #[task(local)]
    fn channel(&self, double: fn(u8) -> u8) -> std::sync::mpsc::Receiver<u8> {
        let (sender, receiver) = std::sync::mpsc::channel();
        let _ = sender.send(double(self.level));
        receiver
    }

    #[task(local, timeout = "1h")]
    async fn wait(&self) {}

    #[task(blocking)]
    fn compute(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    #[task]
    fn r#type(&self, r#fn: u8) -> u8 {
        r#fn
    }

    #[task]
    fn boxed(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(())
    }
}

async fn call(lamp: LampStub) -> Result<u8> {
    lamp.fade(3, None, 1, 2).await?;
    let _ = lamp.channel(|level| 2 * level).await?;
    Ok(lamp.set(3).await? + lamp.r#type(4).await?)
}

fn main() {}
