use looselycoupled::prelude::*;

#[derive(Default)]
pub struct Lamp;

#[module]
impl Lamp {}

app! { "hall.lamp": Lamp }

fn main() {}
