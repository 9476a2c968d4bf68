use looselycoupled::prelude::*;

#[derive(Default)]
struct Meter<S> {
    sensor: S,
}

#[module]
impl<S: Copy + Send + 'static> Meter<S> {
    #[task(local)]
    fn sensor(&self) -> S {
        self.sensor
    }
}

register!(Meter<u8>, "MeterU8");

fn main() {}
