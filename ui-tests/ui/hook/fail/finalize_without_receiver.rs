use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[finalize]
    async fn end(ctx: &Context) {}
}

fn main() {}
