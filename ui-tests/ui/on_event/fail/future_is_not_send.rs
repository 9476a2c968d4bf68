use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event]
    async fn on_motion(&mut self, room: String) {
        let shared = std::rc::Rc::new(room);
        std::future::ready(()).await;
        drop(shared);
    }
}

fn main() {}
