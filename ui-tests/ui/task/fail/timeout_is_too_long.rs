use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task(timeout = "18446744073709551615h")]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
