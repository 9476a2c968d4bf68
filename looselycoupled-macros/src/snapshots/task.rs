#[module]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    /// Takes its time.
    ///
    /// But not much.
    #[task(name = "slow-level", timeout = "2s")]
    async fn slow_level(&self, ctx: &Context) -> u8 {
        self.level
    }

    #[task]
    async fn reset(&mut self) {}
}
