use looselycoupled::prelude::*;

macro_rules! lamp {
    ($name:ident, $level:ty) => {
        #[derive(Default)]
        struct $name($level);

        #[module]
        impl $name {
            #[task]
            async fn set(&mut self, ctx: &Context, level: $level) -> Result<$level> {
                let _ = ctx.name();
                Ok(std::mem::replace(&mut self.0, level))
            }
        }
    };
}

lamp!(Lamp, u8);
lamp!(Torch, Option<u16>);

fn main() {}
