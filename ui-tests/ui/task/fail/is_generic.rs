use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn show<T: ToString>(&self, what: T) -> String {
        what.to_string()
    }
}

fn main() {}
