use looselycoupled::prelude::*;

mod contract {
    use looselycoupled::prelude::*;

    #[interface]
    pub trait Dimmer {
        async fn set_level(&self, level: u8) -> Result<u8, CallError>;
    }
}

#[derive(Default)]
struct Alarm<T>(T);

#[module(calls(
    "garage.open",
    garage,
    "hall-lamp": dyn contract::Dimmer,
    cellar_lamp: dyn contract::Dimmer,
    external = "the cellar has a program of its own",
))]
impl<T: Send + 'static> Alarm<T> {}

#[derive(Default)]
struct Silent;

#[module(calls())]
impl Silent {
    #[cfg(any())]
    fn never(&self, ctx: &Context) {
        let _call = ctx.exec_task("garage.open", args! {});
    }
}

fn main() {}
