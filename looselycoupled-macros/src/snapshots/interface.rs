/// What can be made brighter and darker.
#[interface(version = 2)]
pub trait Dimmer {
    /// Sets the level.
    async fn set_level(&self, level: u8, fade: Option<Duration>) -> Result<u8, CallError>;
    #[cfg(unix)]
    #[deprecated]
    async fn r#move(&self) -> Result<(), CallError>;
    async fn off(&self) -> Result<(), CallError>;
}
