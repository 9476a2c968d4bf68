use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[run]
    async fn first(ctx: Context) {}

    #[run(thread)]
    fn second(ctx: Context) {}
}

fn main() {}
