use looselycoupled::prelude::*;

struct Lamp<'a> {
    name: &'a str,
}

#[module]
impl Lamp<'_> {
    #[task]
    fn name(&self) -> String {
        self.name.to_string()
    }
}

fn main() {}
