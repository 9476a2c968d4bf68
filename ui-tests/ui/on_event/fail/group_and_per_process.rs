use looselycoupled::prelude::*;

#[derive(Default)]
struct Office {
    orders: u32,
}

#[module]
impl Office {
    #[on_event(group = "billing", per_process)]
    fn on_order(&mut self) {
        self.orders += 1;
    }
}

fn main() {}
