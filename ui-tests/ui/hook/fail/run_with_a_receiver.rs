use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[run]
    async fn run(&mut self, ctx: Context) {}
}

fn main() {}
