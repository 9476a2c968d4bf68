use looselycoupled::prelude::*;

#[derive(Default)]
pub struct Lamp;

#[module]
impl Lamp {}

app! { hall_lamp: Lamp, hall_lamp: Lamp }

fn main() {}
