#[module]
impl Lamp {
    #[on_event("sensor.*")]
    async fn watch(&self, event: &EventRecord) {}
}
