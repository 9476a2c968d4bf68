use looselycoupled::prelude::*;

#[derive(Default)]
struct Garden;

#[module]
impl Garden {
    #[on_event(external = "the weather station sends it", external = "so does the neighbour")]
    fn on_rain(&mut self) {}
}

fn main() {}
