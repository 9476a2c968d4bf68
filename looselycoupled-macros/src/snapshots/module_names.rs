#[module(
    emits(level_changed(level: u8), unheard = "consoles listen to it"),
    calls("garage.open", hall_lamp: dyn contract::Dimmer, external = "it has a program of its own"),
)]
impl Alarm {
    #[on_event(Fire, external = "the alarm system sends it")]
    async fn fire(&mut self, ctx: &Context, _fire: &Fire) -> Result<()> {
        ctx.exec_task("garage.open", args! {}).await?;
        let lamp = ctx.stub::<DimmerStub>("hall_lamp")?;
        ctx.trigger(Noise { level: lamp.set_level(100).await? }).await.map(drop)
    }

    #[cfg(unix)]
    async fn wait(ctx: &Context) {
        ctx.wait_for_event("fire.over").await;
    }
}
