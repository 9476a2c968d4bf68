use looselycoupled::prelude::*;

struct Lamp {
    level: Duration,
}

impl Lamp {
    #[looselycoupled::task]
    fn level(&self) -> Duration {
        self.level
    }
}

fn main() {}
