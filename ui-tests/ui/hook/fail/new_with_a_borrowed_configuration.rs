use looselycoupled::prelude::*;

#[derive(Deserialize)]
struct Config {
    level: u8,
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[new]
    fn create(config: &Config) -> Self {
        Self { level: config.level }
    }
}

fn main() {}
