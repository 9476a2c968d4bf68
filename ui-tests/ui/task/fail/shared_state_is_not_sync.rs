use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: std::cell::Cell<u8>,
}

#[module]
impl Lamp {
    #[task]
    async fn level(&self) -> u8 {
        std::future::ready(()).await;
        self.level.get()
    }
}

fn main() {}
