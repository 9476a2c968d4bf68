use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task(local)]
    fn share(&mut self, level: std::rc::Rc<u8>) {}
}

fn main() {}
