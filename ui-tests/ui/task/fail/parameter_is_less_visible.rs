use looselycoupled::prelude::*;

#[derive(Serialize, Deserialize)]
struct Limits {
    most: u8,
}

#[derive(Default)]
pub struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn limit(&mut self, limits: Limits) {
        self.level = limits.most;
    }
}

fn main() {}
