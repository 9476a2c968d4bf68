//! From what was typed to what it means: every rule and every complaint lives here.
//!
//! Each room checks one thing and goes on after a mistake, so that a block with five of them gets five
//! messages. What is unsound is left out of the model; the rest is expanded all the same.

mod app;
mod callable;
mod calls;
mod checked;
mod constructor;
mod declared;
mod derives;
mod emits;
mod event;
mod flavor;
mod handler;
mod hook;
mod implements;
mod inputs;
mod interface;
mod listener;
mod mentions;
mod module;
mod name;
mod owned;
mod parameter;
mod program;
mod reason;
mod receiver;
mod registration;
mod returned;
mod role;
mod runtime;
mod section;
mod source;
mod surroundings;
mod target;
mod task;
mod test;
mod timeout;
mod unique;
mod version;

pub(crate) use app::app_list;
pub(crate) use checked::{checked_call, checked_event};
pub(crate) use event::{event, keyword};
pub(crate) use interface::interface;
pub(crate) use module::module;
pub(crate) use program::program;
pub(crate) use registration::registration;
pub(crate) use test::test;
