use looselycoupled::prelude::*;

struct LampConfig {
    max_level: u8,
}

#[derive(Default)]
struct Lamp;

#[module(config = LampConfig)]
impl Lamp {
    #[task]
    fn max_level(&self, ctx: &Context) -> u8 {
        ctx.config::<Self>().max_level
    }
}

fn main() {}
