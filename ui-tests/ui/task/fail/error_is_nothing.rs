use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn level(&self) -> Result<u8, ()> {
        Ok(self.level)
    }
}

fn main() {}
