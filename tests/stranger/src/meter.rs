//! A generic module.

use looselycoupled::prelude::*;

/// What measures.
pub trait Sensor: std::fmt::Debug + Default + Send + 'static {
    /// The value.
    fn measure(&self) -> u32;
}

/// A sensor that always says the same.
#[derive(Debug, Default, Clone, Copy)]
pub struct Constant;

impl Sensor for Constant {
    fn measure(&self) -> u32 {
        20
    }
}

/// Reads a sensor.
#[derive(Debug, Default)]
pub struct Meter<S> {
    sensor: S,
}

#[module]
impl<S: Sensor> Meter<S> {
    /// The value.
    #[task]
    fn value(&self) -> u32 {
        self.sensor.measure()
    }
}

register!(Meter<Constant> as "ConstantMeter");
