use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[run_passively(thread = true)]
    fn run(ctx: Context) {}
}

fn main() {}
