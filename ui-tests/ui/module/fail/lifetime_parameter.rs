use looselycoupled::prelude::*;

struct Lamp<'a> {
    name: &'a str,
}

#[module]
impl<'a> Lamp<'a> {
    #[task]
    fn name(&self) -> String {
        self.name.to_string()
    }
}

fn main() {}
