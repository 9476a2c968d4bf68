//! What looks at every message on its way: on the side that sends it, and on the side that receives it.

mod list;
mod message;
mod session;
mod trace_context;

use std::error::Error as StdError;
use std::future::{Future, ready};

pub(crate) use list::{Interceptors, Rejected};
pub use message::Message;
pub use session::{NoSession, SessionHeaders};
pub use trace_context::{BadTraceParent, TraceContext, TraceParent};

/// Why an interceptor does not let a message pass: any error will do.
pub type Rejection = Box<dyn StdError + Send + Sync>;

/// Looks at every call, every queued task and every event of an application, gives it headers, and may reject it.
///
/// Given to [`AppBuilder::interceptor`](crate::AppBuilder::interceptor), in the order in which messages pass. On the way out every message
/// passes [`sending`](Self::sending) of all of them, on the way in [`receiving`](Self::receiving) of all of them; what stays in the
/// process passes both, one after the other, before it reaches a queue or a handler. Headers that one sets are seen by those after it,
/// travel with the message, and are inherited by whatever follows from it.
///
/// A message waits meanwhile, in the future of whoever sends it: interceptors of different messages run side by side, messages of
/// one sender that awaits each of them keep their order, and a call's deadline goes on. Who drops that future takes the message back.
/// An event passes once, however many hear it; what is sent later or again and again passes when it is accepted. An interceptor's own
/// messages pass none, unless it sends them from a task that it spawned.
///
/// The framework's own events, events that are forwarded, and tasks that handle events to which they are connected pass none: nobody
/// sends them.
///
/// Applications without interceptors pay nothing for them.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::interceptor::{Interceptor, Message, Rejection};
///
/// /// At night lamps stay as they are.
/// struct Curfew;
///
/// impl Interceptor for Curfew {
///     async fn sending(&self, message: &mut Message) -> Result<(), Rejection> {
///         message.set_header("asked-by", "somebody");
///         Ok(())
///     }
///
///     async fn receiving(&self, message: &mut Message) -> Result<(), Rejection> {
///         if message.name().starts_with("lamp.") { Err("it is late".into()) } else { Ok(()) }
///     }
/// }
/// # #[derive(Default)]
/// # struct Lamp;
/// # #[module]
/// # impl Lamp {
/// #     #[task]
/// #     fn toggle(&mut self) {}
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("lamp", Lamp).interceptor(Curfew).start().await?;
/// let error = app.handle().exec_task("lamp.toggle", args! {}).await.unwrap_err();
/// assert_eq!(error.to_string(), "`lamp.toggle` was rejected: it is late");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an interceptor",
    label = "not an interceptor",
    note = "implement `looselycoupled::interceptor::Interceptor` for it; both of its methods have a default"
)]
pub trait Interceptor: Send + Sync + 'static {
    /// On the side that sends. Lets everything pass unless it is written.
    ///
    /// # Errors
    ///
    /// The message is not sent; its sender gets the error.
    fn sending(&self, message: &mut Message) -> impl Future<Output = Result<(), Rejection>> + Send {
        let _as_it_is = message;
        ready(Ok(()))
    }

    /// On the side that receives. Lets everything pass unless it is written.
    ///
    /// # Errors
    ///
    /// The message reaches nobody; its sender gets the error.
    fn receiving(&self, message: &mut Message) -> impl Future<Output = Result<(), Rejection>> + Send {
        let _as_it_is = message;
        ready(Ok(()))
    }
}
