#[module]
impl Lamp {
    #[task(blocking)]
    fn compute(&mut self) -> u64 {
        3
    }
}
