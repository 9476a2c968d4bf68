use looselycoupled::prelude::*;

trait Dimmer {
    #[task]
    fn set_level(&mut self, level: u8);
}

fn main() {}
