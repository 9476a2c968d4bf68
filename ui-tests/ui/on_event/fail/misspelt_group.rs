use looselycoupled::prelude::*;

#[derive(Default)]
struct Office {
    orders: u32,
}

#[module]
impl Office {
    #[on_event("order", grup = "billing")]
    fn on_order(&mut self) {
        self.orders += 1;
    }
}

fn main() {}
