//! Gathering what is known of a running application.

mod events;
mod modules;
mod types;

use super::{Description, SourceLocation};
use crate::app::{Lint, Wiring};
use crate::envelope::Location;
use crate::event::{SubscriptionInfo, Wire};
use crate::module::{Application, Handle};

impl Handle {
    /// What the application consists of, as data: modules with their states, tasks with their parameters, events with who
    /// sends and who hears them, connections, and where each of them stands in the source.
    ///
    /// It is a picture of this moment, with no value of the configuration in it. [`Description`] becomes JSON, JSON Schema,
    /// OpenAPI, AsyncAPI, Markdown and Mermaid.
    ///
    /// # Panics
    ///
    /// A type's own `JsonSchema` does, with the feature `schema`.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    ///
    /// #[derive(Default)]
    /// struct Lamp {
    ///     level: u8,
    /// }
    ///
    /// #[module(emits(level_changed(level: u8)))]
    /// impl Lamp {
    ///     /// Sets the brightness in percent.
    ///     #[task]
    ///     fn set_level(&mut self, level: u8, #[default(100)] most: u8) {
    ///         self.level = level.min(most);
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = App::builder().module("hall_lamp", Lamp::default()).start().await?;
    /// let description = app.handle().describe();
    /// let task = description.task("hall_lamp.set_level").ok_or("no such task")?;
    /// assert_eq!(task.documentation, "Sets the brightness in percent.");
    /// assert_eq!(task.parameters[1].default.as_deref(), Some("100"));
    /// assert_eq!(description.events[0].emitters[0].module, "hall_lamp");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn describe(&self) -> Description {
        let application = &*self.application;
        let connections = self.connections();
        let lints = lints(application, &connections, &self.subscriptions());
        Description {
            title: "Application".to_owned(),
            version: "0".to_owned(),
            modules: modules::modules(application),
            events: events::events(application, &connections),
            connections,
            routes: self.routes(),
            types: types::types(),
            lints,
        }
    }
}

fn lints(application: &Application, wires: &[Wire], subscriptions: &[SubscriptionInfo]) -> Vec<Lint> {
    if application.partial {
        return Vec::new();
    }
    let names = application.router.directory.names();
    let modules = names.zip(application.descriptors.iter().copied()).collect();
    let subscribed = subscriptions.iter().map(|subscription| subscription.pattern.clone()).collect();
    let elsewhere = application.elsewhere.get();
    let events = elsewhere.map(|elsewhere| elsewhere.events()).unwrap_or_default();
    let elsewhere = elsewhere.map(|elsewhere| elsewhere.modules()).unwrap_or_default();
    Wiring { modules, wires: wires.iter().collect(), subscribed, events, elsewhere }.lints()
}

impl From<Location> for SourceLocation {
    fn from(location: Location) -> Self {
        Self { file: location.file.to_owned(), line: location.line }
    }
}
