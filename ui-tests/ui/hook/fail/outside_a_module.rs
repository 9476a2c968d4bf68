use looselycoupled::prelude::*;

struct Lamp;

impl Lamp {
    #[looselycoupled::initialize]
    async fn begin(&mut self, ctx: &Context) {}
}

fn main() {}
