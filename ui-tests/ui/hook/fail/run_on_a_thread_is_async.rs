use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[run(thread)]
    async fn run(ctx: Context) {}
}

fn main() {}
