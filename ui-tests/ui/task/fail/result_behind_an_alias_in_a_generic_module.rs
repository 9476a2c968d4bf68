use looselycoupled::prelude::*;

type Dimmed<T> = Result<T, looselycoupled::Error>;

#[derive(Default)]
struct Lamp<S> {
    level: S,
}

#[module]
impl<S: Send + 'static> Lamp<S> {
    #[task]
    fn dim(&mut self) -> Dimmed<u8> {
        Ok(0)
    }
}

register!(Lamp<u8> as "LampU8");

fn main() {}
