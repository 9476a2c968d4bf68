use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[run]
    async fn run(ctx: Context) {
        let shared = std::rc::Rc::new(ctx);
        shared.no_longer_active().await;
    }
}

fn main() {}
