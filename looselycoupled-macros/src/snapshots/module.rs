/// A lamp.
#[module]
impl Lamp {
    /// Sets the level.
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8) -> Result<u8, LampError> {
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[on_event(Motion)]
    async fn light_up(&mut self, motion: &Motion) {}

    fn helper(&self) {}
}
