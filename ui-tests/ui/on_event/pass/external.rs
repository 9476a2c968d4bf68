use looselycoupled::prelude::*;

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Frost;

#[derive(Default)]
struct Garden;

#[module]
impl Garden {
    #[on_event(external = "the weather station sends it")]
    fn on_rain(&mut self) {}

    #[on_event("wind.strong", external = "the weather station sends it",)]
    fn shelter(&mut self, force: u8) {
        let _force = force;
    }

    #[on_event(Frost, external = "the weather station sends it")]
    fn cover(&mut self, _frost: &Frost) {}

    // An event may be called so.
    #[on_event("external")]
    fn called_so(&mut self) {}
}

fn main() {}
