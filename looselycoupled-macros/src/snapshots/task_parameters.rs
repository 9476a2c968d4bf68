#[module]
impl Lamp {
    #[task]
    fn fade(&mut self, level: u8, within: Option<Duration>, #[default] steps: u8, #[default(u8::MAX)] mut limit: u8) {}
}
