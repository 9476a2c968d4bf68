use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    async fn dim(&mut self) -> u8 {
        let shared = std::rc::Rc::new(self.level);
        std::future::ready(()).await;
        *shared
    }
}

fn main() {}
