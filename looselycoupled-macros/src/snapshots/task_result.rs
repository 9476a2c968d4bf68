#[module]
impl Lamp {
    #[task]
    async fn exclusive(&mut self) -> Result<u8, LampError> {
        Ok(0)
    }

    #[task]
    async fn shared(&self) -> anyhow::Result<u8> {
        Ok(0)
    }

    #[task]
    fn sync(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
