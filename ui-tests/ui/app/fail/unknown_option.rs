use looselycoupled::prelude::*;

#[derive(Default)]
pub struct Lamp;

#[module]
impl Lamp {}

app! { hall_lamp: Lamp, chek = builder() }

fn main() {}
