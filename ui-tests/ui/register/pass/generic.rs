use looselycoupled::prelude::*;

trait Sensor: Send + Sync + 'static {
    fn read(&self) -> u8;
}

#[derive(Default)]
struct Bme;

impl Sensor for Bme {
    fn read(&self) -> u8 {
        21
    }
}

#[derive(Default)]
struct Meter<S> {
    sensor: S,
}

#[module]
impl<S: Sensor> Meter<S> {
    #[task]
    fn read(&self) -> u8 {
        self.sensor.read()
    }
}

register!(Meter<Bme> as "MeterBme");
register!(Meter<Bme> as "Thermometer", crate = ::looselycoupled);

fn main() {}
