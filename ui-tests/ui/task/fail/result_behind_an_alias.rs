use looselycoupled::prelude::*;

type Dimmed<T> = Result<T, looselycoupled::Error>;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn dim(&mut self) -> Dimmed<u8> {
        Ok(self.level)
    }
}

fn main() {}
