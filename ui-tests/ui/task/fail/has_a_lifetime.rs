use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn show<'a>(&'a self, what: String) -> String {
        what
    }
}

fn main() {}
