use looselycoupled::prelude::*;

mod odd {
    pub struct Option;
    pub struct Some;
    pub struct Ok;
    pub struct Result;
    pub struct String;
    pub trait Send {}
    pub struct Context;
    pub mod core {}
    pub mod std {}

    #[derive(Default)]
    pub struct Lamp {
        level: u8,
    }

    #[looselycoupled::module]
    impl Lamp {
        #[looselycoupled::task]
        fn level(&self) -> u8 {
            self.level
        }

        #[looselycoupled::task]
        async fn set(&mut self, level: u8) -> ::std::result::Result<u8, looselycoupled::Error> {
            ::std::result::Result::Ok(level)
        }
    }
}

async fn call(lamp: odd::LampStub) -> Result<u8> {
    Ok(lamp.level().await?)
}

fn main() {}
