use looselycoupled::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pressed {
    key: u8,
}

/// Neither `Send` nor `Sync`.
#[derive(Default)]
struct Panel<T> {
    lines: Rc<Cell<Vec<T>>>,
}

#[module(pinned)]
impl<T: Default + Copy + 'static> Panel<T> {
    #[initialize]
    async fn open(&mut self, _ctx: &Context) -> Result<()> {
        let lines = Rc::clone(&self.lines);
        std::future::ready(()).await;
        lines.take();
        Ok(())
    }

    #[task]
    async fn lines(&self) -> usize {
        let lines = Rc::clone(&self.lines);
        std::future::ready(()).await;
        lines.take().len()
    }

    #[task]
    async fn show(&mut self, text: String) -> Result<usize, String> {
        self.lines.take();
        std::future::ready(()).await;
        Err(text)
    }

    #[task]
    fn now(&self) -> usize {
        self.lines.take().len()
    }

    #[on_event(Pressed)]
    async fn pressed(&self, event: &Pressed) {
        std::future::ready(()).await;
        let _key = (event.key, self.lines.take());
    }

    #[on_event]
    fn on_released(&mut self, key: u8) {
        let _key = (key, self.lines.take());
    }

    #[on_idle]
    async fn rest(&self) {
        self.lines.take();
    }

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.no_longer_active().await;
        Ok(())
    }

    #[finalize]
    async fn close(&mut self) {
        std::future::ready(()).await;
        self.lines.take();
    }
}

register!(Panel<u8> as "PanelOfBytes");

/// It may as well be both.
#[derive(Default)]
struct Plain;

#[module(pinned)]
impl Plain {
    #[task]
    async fn work(&mut self) {}
}

fn main() {
    let _app = App::builder()
        .module_pinned("io", "panel", Panel::<u8>::default)
        .module_on_with("io", "other", Panel::<u16>::default)
        .module_with("alone", Plain::default);
}
