//! Configuration of a test as text.

use super::TestAppBuilder;
use crate::config::Config;

impl TestAppBuilder {
    /// Takes a configuration that is written as YAML in the test; messages call it `config_yaml`.
    ///
    /// # Panics
    ///
    /// The text is no YAML; the message shows where.
    #[expect(clippy::panic, reason = "this is how a test fails")]
    #[track_caller]
    pub fn config_yaml(self, text: &str) -> Self {
        match Config::parse(text, "config_yaml") {
            Ok(config) => self.with(|app| app.config(config)),
            Err(error) => panic!("{error}"),
        }
    }
}
