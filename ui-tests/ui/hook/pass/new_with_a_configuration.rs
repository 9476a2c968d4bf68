use looselycoupled::prelude::*;

#[derive(Deserialize)]
struct Config {
    level: u8,
}

struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[new]
    fn new(config: Config) -> Self {
        Self { level: config.level }
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
