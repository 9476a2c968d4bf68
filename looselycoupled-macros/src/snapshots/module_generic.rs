#[module]
impl<S: Sensor, const N: usize> Meter<S, N>
where
    S::Reading: Clone,
{
    #[task]
    async fn read(&mut self) -> S::Reading {
        self.sensor.read()
    }
}
