use looselycoupled::prelude::*;

mod room {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(super) struct Brightness(pub(super) u8);

    #[derive(Default)]
    pub(super) struct Lamp;

    #[module]
    impl Lamp {
        #[task]
        fn set(&mut self, brightness: Brightness) -> Brightness {
            brightness
        }
    }
}

async fn call(lamp: room::LampStub) -> Result<u8> {
    Ok(lamp.set(room::Brightness(3)).await?.0)
}

fn main() {}
