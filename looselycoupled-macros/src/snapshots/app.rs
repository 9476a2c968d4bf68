app! {
    hall_lamp: lights::Lamp,
    "garden-lamp": lights::Lamp,
    door: Door,
    check = application(),
}
