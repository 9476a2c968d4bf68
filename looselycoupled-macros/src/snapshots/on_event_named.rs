#[module]
impl Lamp {
    #[on_event]
    async fn on_level_changed(&mut self, lamp: String, level: Option<u8>, #[default(1)] weight: u8) {}

    #[on_event("door.opened")]
    fn opened(&self) -> Result<(), LampError> {
        Ok(())
    }
}
