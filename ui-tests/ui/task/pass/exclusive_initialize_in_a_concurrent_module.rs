use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(concurrent)]
impl Lamp {
    #[initialize]
    async fn begin(&mut self) {
        self.level = 3;
    }

    #[finalize]
    async fn end(&mut self) {
        self.level = 0;
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
