#[module(crate = crate::lc)]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        0
    }
}
