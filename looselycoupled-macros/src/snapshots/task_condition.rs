#[module]
impl Lamp {
    #[cfg(unix)]
    #[allow(clippy::unused_self)]
    #[task]
    fn system(&self) {}

    #[cfg(not(unix))]
    #[expect(unused_variables)]
    #[deprecated = "no longer"]
    #[task]
    fn system(&self) {}

    #[task]
    fn level(&self) {}
}
