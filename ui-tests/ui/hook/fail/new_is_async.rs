use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[new]
    async fn create() -> Self {
        Self::default()
    }
}

fn main() {}
