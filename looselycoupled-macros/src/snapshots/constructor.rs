#[module]
impl Lamp {
    #[new]
    fn create(config: LampConfig) -> Result<Self, LampError> {
        Ok(Self { level: config.level })
    }
}

#[module]
impl Torch {
    #[new]
    fn new() -> Self {
        Self
    }
}
