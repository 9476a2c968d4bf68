use looselycoupled::prelude::*;

struct Lamp;

impl Lamp {
    #[looselycoupled::on_event]
    fn on_motion(&mut self, within: Duration) {}
}

fn main() {}
