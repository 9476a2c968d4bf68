use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp;

#[module]
impl Lamp {
    #[task]
    fn most(&self, ctx: &Context) -> u8 {
        ctx.config::<Self>().most
    }
}

fn main() {}
