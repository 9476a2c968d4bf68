use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn dim(&mut self) -> Result<u8, Box<dyn std::error::Error>> {
        Ok(self.level)
    }
}

fn main() {}
