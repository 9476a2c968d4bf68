#[module]
impl Lamp {
    #[on_event(events::Motion)]
    async fn light_up(&mut self, ctx: &Context, motion: &events::Motion) -> Result<()> {
        Ok(())
    }

    #[on_event(Motion)]
    fn count(&self, _: &Motion) {}
}
