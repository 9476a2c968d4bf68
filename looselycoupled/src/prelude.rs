//! Everything that most files need: `use looselycoupled::prelude::*;`.

pub use std::time::Duration;

pub use serde::{Deserialize, Serialize};

#[cfg(feature = "testing")]
pub use crate::testing::{Spy, TestApp};
pub use crate::{
    App, AppBuilder, AppError, Arguments, Call, CallError, Configured, Context, Error, Event, EventRecord,
    Handle, Module, Policy, Priority, Restart, Result, StartError, Stub, TaskFailure, Value, args,
};
#[cfg(feature = "macros")]
pub use crate::{app, emit, enqueue, event, exec, interface, module, on_event, register, task};
