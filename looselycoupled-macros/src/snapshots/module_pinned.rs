#[module(pinned)]
impl Panel {
    #[task]
    async fn show(&self, text: String) -> usize {
        text.len()
    }

    #[on_event]
    async fn on_line(&mut self) {}

    #[finalize]
    async fn close(&mut self) {}
}
