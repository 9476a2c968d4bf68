use looselycoupled::prelude::*;

#[derive(Default)]
struct Garden;

#[module]
impl Garden {
    #[on_event(extrenal = "the weather station sends it")]
    fn on_rain(&mut self) {}
}

fn main() {}
