#[module(name = "hall_lamp", config = LampConfig, emits(level_changed(lamp: String, level: Option<u8>), "lamp.broken"))]
impl Lamp {}
