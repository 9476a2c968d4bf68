use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[new]
    fn create() -> Result<Self> {
        Ok(Self { level: 3 })
    }

    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        let _ = ctx.name();
        Ok(())
    }

    #[run_passively]
    async fn beside(ctx: Context) -> Result<()> {
        let _ = ctx.name();
        Ok(())
    }

    #[run(thread)]
    fn work(ctx: Context) -> Result<()> {
        let _ = ctx.is_active();
        Ok(())
    }

    #[on_idle]
    async fn rest(&mut self, _ctx: &Context) {}

    #[finalize]
    fn end(&mut self) {}
}

fn main() {}
