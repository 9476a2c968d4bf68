//! From the model to tokens; nothing can fail here.
//!
//! Only what must be typed is generated: a shim for each method and the tables. Whatever need not know
//! the user's types is a function of the runtime. Tokens carry the user's spans only where they carry an
//! obligation that the user has to meet.

mod announce;
mod app;
mod call;
mod checked;
mod constructor;
mod describe;
mod entry;
mod event;
mod handler;
mod header;
mod hook;
mod implements;
mod interface;
mod module;
mod named;
mod names;
mod place;
mod program;
mod registration;
mod stub;
mod task;
mod test;

pub(crate) use app::app_list;
pub(crate) use checked::{checked_call, checked_event};
pub(crate) use event::event;
pub(crate) use interface::{declaration, interface};
pub(crate) use module::module;
pub(crate) use program::{fallback, program};
pub(crate) use registration::registration;
pub(crate) use test::test;
