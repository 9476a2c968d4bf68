use looselycoupled::prelude::*;

#[derive(Serialize, Deserialize)]
struct Limit(u8);

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set(&mut self, #[default] limit: Limit) {}
}

fn main() {}
