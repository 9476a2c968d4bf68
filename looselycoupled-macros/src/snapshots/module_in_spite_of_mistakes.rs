#[module(concurrency)]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        0
    }

    #[task]
    fn rename(&mut self, name: &str) {}
}
