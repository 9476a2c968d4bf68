use looselycoupled::prelude::*;

#[derive(Default)]
struct Garden;

#[module]
impl Garden {
    #[on_event(external)]
    fn on_rain(&mut self) {}

    #[on_event("wind.strong", external)]
    fn shelter(&mut self) {}
}

fn main() {}
