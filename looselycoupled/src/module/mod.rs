//! Modules: what they are, what is known about them, and what their code holds in its hands.
//!
//! A descriptor's entries take a [`Context`], and a context's application holds descriptors; that is why both live
//! in this one room.

mod address;
mod application;
mod context;
mod contract;
mod descriptor;
mod elsewhere;
mod feed;
mod handle;
mod info;
mod interface;
mod listed;
#[cfg(feature = "metrics")]
mod measured;
mod mention;
mod misfit;
mod mode;
mod observed;
mod reply;
mod slots;
mod wording;

pub(crate) use address::Where;
pub use address::{Address, Found, Stub};
pub use application::Witness;
pub(crate) use application::{Application, Exit, ExitReason, Generation, Stage};
pub use context::Context;
pub use contract::{
    Configured, Entry, Factory, HandlerAt, Hooks, Module, NamedTask, NamedTaskAt, Nth, RunKind, Settings,
    Task, TaskAt,
};
pub use descriptor::{ConfigInfo, HandlerDescriptor, ModuleDescriptor, TaskDescriptor};
pub(crate) use descriptor::{
    FIRST_HANDLER_LABEL, Hook, HookEntry, Made, Maker, NamedEntry, NamedFailure, NamedOutcome, NamedRequest,
    RunEntry, SharedHookEntry, Wanted,
};
pub(crate) use elsewhere::{Confirmation, Departure, Elsewhere, Journey, Unconfirmed};
pub(crate) use feed::{Feed, Matching, all_arguments};
pub use handle::Handle;
pub(crate) use handle::module_statistics;
pub use info::{
    EmitInfo, HandlerInfo, ListenerInfo, ModuleInfo, ParameterInfo, SubscriptionInfo, TaskInfo, TaskKind,
};
pub use interface::{Interface, InterfaceInfo, MethodInfo};
pub use listed::AppTable;
pub(crate) use listed::{Whereabouts, Wired};
pub use mention::{MentionInfo, Named, PromiseInfo};
pub use misfit::misfit;
pub(crate) use misfit::unfit;
pub(crate) use mode::Home;
pub use mode::{Concurrent, GivenByValue, Housed, Mode, Occupant, Pinned, Receiver, Sequential};
pub(crate) use observed::Observed;
pub use reply::{FromReply, Reply};
pub use slots::{Filling, Place, Slots};
pub(crate) use wording::MOST_WRITTEN;
pub use wording::{NotRead, NotWritten, ReadProbe, Wording, WriteProbe};
