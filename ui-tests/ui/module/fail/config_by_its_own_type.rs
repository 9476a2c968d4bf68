use looselycoupled::prelude::*;

#[derive(Deserialize)]
struct LampConfig {
    most: u8,
}

#[derive(Default)]
struct Lamp;

#[module(config = LampConfig)]
impl Lamp {
    #[task]
    fn most(&self, ctx: &Context) -> u8 {
        ctx.config::<LampConfig>().most
    }
}

fn main() {}
