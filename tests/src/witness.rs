//! A module that hears of failures.

use looselycoupled::prelude::*;

use crate::Journal;

/// Notes every `exception` as `module.task: message`.
#[derive(Debug, Clone, Default)]
pub struct Witness(pub Journal);

#[module]
impl Witness {
    #[on_event]
    fn on_exception(&mut self, module: String, task: String, message: String) {
        self.0.note(format!("{module}.{task}: {message}"));
    }
}
