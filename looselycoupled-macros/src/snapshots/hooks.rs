#[module]
impl Lamp {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        Ok(())
    }

    #[run_passively]
    async fn listen(ctx: Context) -> Result<()> {
        Ok(())
    }

    #[run]
    async fn run(ctx: Context) {}

    #[on_idle]
    async fn rest(&mut self) {}

    #[finalize]
    fn end(&mut self) {}
}
