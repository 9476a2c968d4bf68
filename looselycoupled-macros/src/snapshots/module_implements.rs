#[module(implements(Dimmer, version = 2, contract::Named))]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> Result<u8, LampError> {
        self.level(level)
    }
}

#[module(implements(Dimmer))]
impl<S: Sensor> Meter<S> {
    #[cfg(unix)]
    #[task(local)]
    async fn read(&mut self, unit: S::Unit, exact: bool) -> Result<S::Reading> {
        self.sensor.read(unit, exact)
    }
}
