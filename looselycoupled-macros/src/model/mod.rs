//! What a macro has understood: plain data, checked, with the spans that expansions need.
//!
//! Whatever exists here can be expanded; everything doubtful was sorted out on the way.

mod app;
mod callable;
mod checked;
mod event;
mod flavor;
mod handler;
mod hook;
mod interface;
mod mention;
mod module;
mod parameter;
mod position;
mod program;
mod promise;
mod registration;
mod task;
mod test;

pub(crate) use app::AppList;
pub(crate) use callable::{Callable, Receiver, Surroundings};
pub(crate) use checked::{CheckedCall, CheckedEvent, Given};
pub(crate) use event::{Event, Field, Shape};
pub(crate) use flavor::Flavor;
pub(crate) use handler::{Handler, Listener, Subscription};
pub(crate) use hook::{Constructor, Hook, HookKind};
pub(crate) use interface::{Answer, Implementation, Interface, InterfaceMethod, Version};
pub(crate) use mention::{Mention, Named};
pub(crate) use module::{Emission, Module, Target};
pub(crate) use parameter::{Fallback, Parameter};
pub(crate) use position::Position;
pub(crate) use program::Program;
pub(crate) use promise::Promise;
pub(crate) use registration::Registration;
pub(crate) use task::{Halves, Returned, Task, TaskKind};
pub(crate) use test::Test;
