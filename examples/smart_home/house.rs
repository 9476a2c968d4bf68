//! What the house consists of.

use std::collections::BTreeSet;
use std::fmt;

use looselycoupled::modules::click::Click;
use looselycoupled::modules::gpio::Gpio;
use looselycoupled::prelude::*;

use crate::bell::Bell;
use crate::console::Console;
use crate::controller::Controller;
use crate::director::Director;
use crate::door::Door;
use crate::fan::Fan;
use crate::journal::Journal;
use crate::keyboard::Keyboard;
use crate::lamp::Lamp;
use crate::sensors::Sensors;
use crate::speaker::Speaker;

/// The size of the house, for its header.
#[derive(Debug, Default)]
pub(crate) struct House {
    modules: usize,
    tasks: usize,
    /// Those that have a name in the code.
    events: BTreeSet<&'static str>,
}

/// Adds an instance if it is of a certain type.
type Count = fn(&mut House, &Handle, &str);

const TYPES: [Count; 13] = [
    House::count::<Bell>,
    House::count::<Click>,
    House::count::<Console>,
    House::count::<Controller>,
    House::count::<Director>,
    House::count::<Door>,
    House::count::<Fan>,
    House::count::<Gpio>,
    House::count::<Journal>,
    House::count::<Keyboard>,
    House::count::<Lamp>,
    House::count::<Sensors>,
    House::count::<Speaker>,
];

impl House {
    pub(crate) fn of(handle: &Handle) -> Self {
        let mut house = Self::default();
        for name in handle.modules() {
            house.modules += 1;
            TYPES.iter().for_each(|count| count(&mut house, handle, &name));
        }
        house
    }

    fn count<M: Module>(&mut self, handle: &Handle, name: &str) {
        if handle.stub::<M::Stub>(name).is_ok() {
            self.tasks += M::DESCRIPTOR.tasks.len();
            self.events.extend(M::DESCRIPTOR.info.emits.iter().map(|event| event.name));
            let heard = M::DESCRIPTOR.handlers.iter().map(|handler| handler.info.subscription.pattern());
            self.events.extend(heard.filter(|pattern| !pattern.contains('*')));
        }
    }
}

impl fmt::Display for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} modules, {} tasks, {} events", self.modules, self.tasks, self.events.len())
    }
}
