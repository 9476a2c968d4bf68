use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn level(&self) -> impl Future<Output = u8> {
        std::future::ready(self.level)
    }
}

fn main() {}
