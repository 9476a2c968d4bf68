//! Lending a module's state to a thread that may block.

#![expect(unsafe_code, reason = "the body may outlive its frame at the forced end; the state is kept for it")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use super::activation::{Activation, current, enter};
use super::{EventLoop, Panic, SharedState, State};
use crate::sync::Arc;

/// A pointer that goes to the pool's thread.
struct Borrowed<T: ?Sized>(NonNull<T>);

impl<T: ?Sized> Clone for Borrowed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Borrowed<T> {}

// SAFETY: the state is `Send` (or shared and `Sync`, as the constructors demand), and used by one body.
unsafe impl<T: ?Sized> Send for Borrowed<T> {}

/// Keeps a tenant's state where it is until the body has ended.
struct Loan {
    event_loop: Arc<EventLoop>,
    activation: Activation,
}

impl Loan {
    fn take() -> Option<Self> {
        current(|activation| {
            let activation = activation?.apart();
            let event_loop = activation.event_loop().counted()?;
            event_loop.tenant(activation.seed.label.tenant).lend();
            let loan = Self { event_loop, activation };
            loan.note(true);
            Some(loan)
        })
    }

    /// Handlers of a concurrent module are told apart by whose body it is.
    fn note(&self, is_lent: bool) {
        if self.event_loop.is_concurrent() {
            self.event_loop.queue.lock().apart().lend(self.activation.party().number, is_lent);
        }
    }
}

impl Drop for Loan {
    /// A body that outlives its application has kept the state; nobody else drops that any more.
    fn drop(&mut self) {
        self.note(false);
        self.event_loop.tenant(self.activation.seed.label.tenant).give_back();
        if self.event_loop.is_vacated() {
            self.event_loop.drop_vacant();
        }
    }
}

/// Runs a body that needs the module to itself on the blocking pool. To be awaited inside of a handler.
pub(crate) async fn lend<R: Send + 'static>(
    resident: &mut State,
    body: impl FnOnce(&mut State) -> R + Send + 'static,
) -> Result<R, Panic> {
    // SAFETY: only the lifetime changes. The state is moved out of the tenant neither while the loan stands nor
    // while the frame does, and the frame outlives this borrow.
    let resident: &'static mut State = unsafe { std::mem::transmute(resident) };
    let pointer = Borrowed(NonNull::from(resident));
    // SAFETY: one body, and the frame gives the state to nobody else before the body has ended; if the frame is
    // dropped before, its loop begins nothing any more.
    run(move || body(unsafe { &mut *into_inner(pointer).as_ptr() })).await
}

/// Runs a body that shares the module on the blocking pool. To be awaited inside of a handler.
///
/// The body counts what it shares, for at the forced end it outlives everybody else who does.
pub(crate) async fn lend_shared<R: Send + 'static>(
    body: impl FnOnce(&SharedState) -> R + Send + 'static,
) -> Result<R, Panic> {
    let shared = current(|activation| activation?.event_loop().shared());
    let Some(shared) = shared else { return Err(Panic::new("the module is no longer there")) };
    run(move || body(&shared)).await
}

/// Takes the whole wrapper into the closure, not its field: only the wrapper is `Send`.
fn into_inner<T: ?Sized>(pointer: Borrowed<T>) -> NonNull<T> {
    pointer.0
}

async fn run<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> Result<R, Panic> {
    let Some(loan) = Loan::take() else { return Err(Panic::new("a blocking body outside of a handler")) };
    let event_loop = Arc::clone(&loan.event_loop);
    let services = event_loop.services();
    let on_thread = move || {
        let loan = loan;
        catch_unwind(AssertUnwindSafe(|| enter(&loan.activation, body)))
    };
    let handle = services.blocking.run(&services.runtime, on_thread).await;
    match handle.await {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(payload)) => Err(Panic::from_payload(payload)),
        Err(ended) => Err(Panic::new(&ended.to_string())),
    }
}
