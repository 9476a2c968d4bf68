//! Modules that are put on a shared loop by somebody else than who adds them.

use std::collections::{BTreeMap, HashMap};

use super::builder::AppBuilder;
use super::code::FaultCode;
use super::faults::Faults;
use super::listed::Mentioned;
use super::plan::{Framework, Planned, fault_on_list};
use crate::address::nearest;
use crate::config::Config;
use crate::sync::Arc;

impl AppBuilder {
    /// Puts a module on an event loop that it shares with others, wherever the module is added: in code, by the configuration,
    /// or by its attribute (`#[module(name = "…")]`). The configuration does the same with `loops: { bus: { modules: [meter] } }`.
    ///
    /// The last word of code counts. A list in the configuration that contradicts it is a fault of the start, and so is a module
    /// that does not exist.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    /// # #[derive(Default)]
    /// # struct Meter;
    /// # #[module]
    /// # impl Meter {}
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let meters = App::builder().module("hall", Meter).module("porch", Meter);
    /// let app = meters.move_module("hall", "bus").move_module("porch", "bus").start().await?;
    /// assert_eq!(app.handle().event_loop("bus")?.statistics().modules.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn move_module(mut self, module: &str, event_loop: &str) -> Self {
        self.moves.insert(module.to_owned(), event_loop.to_owned());
        self
    }
}

/// Puts modules where others want them than who added them.
pub(super) struct Mover<'a> {
    planned: &'a mut [Planned],
    places: HashMap<Arc<str>, usize>,
    mentioned: &'a Mentioned,
    faults: &'a mut Faults,
}

impl<'a> Mover<'a> {
    pub(super) fn new(planned: &'a mut [Planned], mentioned: &'a Mentioned, faults: &'a mut Faults) -> Self {
        let mut places = HashMap::new();
        for (place, instance) in planned.iter().enumerate() {
            places.entry(Arc::clone(&instance.name)).or_insert(place);
        }
        Self { planned, places, mentioned, faults }
    }

    /// Where code wants them.
    pub(super) fn move_by_code(&mut self, moves: BTreeMap<String, String>) {
        for (module, event_loop) in moves {
            match self.places.get(module.as_str()) {
                Some(place) => self.planned[*place].event_loop = Some(event_loop),
                None => self.miss(&module, |near| {
                    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    format!("module `{module}` is moved to loop `{event_loop}`, but does not exist{near}")
                }),
            }
        }
    }

    /// Where the configuration wants them.
    pub(super) fn move_by_config(&mut self, framework: &Framework, config: &Config) {
        for (event_loop, section) in &framework.loops {
            for (number, module) in section.modules.iter().enumerate() {
                let place = |message: &str, near: Option<&str>| {
                    fault_on_list(config, event_loop, number, message, near)
                };
                match self.places.get(module.as_str()) {
                    Some(instance) => {
                        let instance = &mut self.planned[*instance];
                        if let Err(message) = settle(instance, event_loop, number) {
                            self.faults.add(FaultCode::TwoLoops, || place(&message, None));
                        }
                    }
                    None => self.miss(module, |near| {
                        let message =
                            format!("module `{module}` is to be on loop `{event_loop}`, but does not exist");
                        place(&message, near)
                    }),
                }
            }
        }
    }

    fn miss(&mut self, module: &str, message: impl FnOnce(Option<&str>) -> String) {
        if !self.mentioned.names_module(module) {
            let names = || self.mentioned.modules(self.planned);
            self.faults.add(FaultCode::NobodyToMove, || message(nearest(module, names())));
        }
    }
}

/// Puts one module on a loop, unless it is on another by code or by its own entry.
fn settle(instance: &mut Planned, event_loop: &str, number: usize) -> Result<(), String> {
    let name = &instance.name;
    match &instance.event_loop {
        Some(other) if other != event_loop => {
            return Err(format!("module `{name}` is to be on loop `{event_loop}`, but is on loop `{other}`"));
        }
        Some(_) => {}
        None => {
            instance.event_loop = Some(event_loop.to_owned());
            instance.on_list = Some(number);
        }
    }
    Ok(())
}
