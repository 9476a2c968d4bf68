use looselycoupled::prelude::*;

fn inside() {
    #[derive(Default)]
    struct Lamp;

    #[module]
    impl Lamp {
        #[task]
        fn level(&self) -> u8 {
            0
        }
    }

    let _ = App::builder().module("lamp", Lamp::default());
}

fn main() {}
