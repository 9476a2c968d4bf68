use looselycoupled::prelude::*;

#[derive(Deserialize)]
struct LampConfig {
    max_level: u8,
}

#[derive(Default)]
struct Lamp;

#[module(
    name = "hall_lamp",
    concurrent,
    config = LampConfig,
    emits(level_changed(lamp: String, level: Option<u8>), "lamp.broken"(), burnt_out),
    crate = ::looselycoupled
)]
impl Lamp {
    #[task]
    async fn max_level(&self, ctx: &Context) -> u8 {
        ctx.config::<Self>().max_level
    }
}

fn main() {}
