use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[initialize]
    async fn begin(&mut self) -> u8 {
        self.level
    }
}

fn main() {}
