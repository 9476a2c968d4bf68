#[module(concurrent)]
impl Lamp {
    #[run(thread)]
    fn run(ctx: Context) -> Result<()> {
        Ok(())
    }

    #[run_passively(thread)]
    fn listen() {}

    #[on_idle]
    async fn rest(&self) {}
}
