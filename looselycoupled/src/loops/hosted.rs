//! Plain objects on a loop.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, ready};
use std::marker::PhantomData;
use std::pin::Pin;

use tokio::sync::Mutex;

use super::guest::Guest;
use crate::call::Call;
use crate::envelope::Location;
use crate::event::HOSTED;
use crate::event_loop::Opened;
use crate::module::{Address, Context, Task, TaskInfo, TaskKind};
use crate::sync::Arc;

/// A plain object on an event loop: what is done with it never overlaps with anything else there.
///
/// Clones are the same object, which is dropped with the last of them, and with the calls that still wait.
pub struct Hosted<T> {
    address: Address<Guest>,
    object: Arc<Object<T>>,
    /// The loop stays open as long as somebody may use it.
    open: Option<Arc<Opened>>,
}

impl<T> Clone for Hosted<T> {
    fn clone(&self) -> Self {
        Self { address: self.address.clone(), object: Arc::clone(&self.object), open: self.open.clone() }
    }
}

impl<T> fmt::Debug for Hosted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosted").field("event_loop", &self.address.name()).finish_non_exhaustive()
    }
}

/// Locked by the turn of the loop that works on it, so nobody ever waits for it.
struct Object<T>(Mutex<T>);

/// What a function that borrows its object across await points gives.
pub type Borrowing<'a, R> = Pin<Box<dyn Future<Output = R> + Send + 'a>>;

impl<T: Send + 'static> Hosted<T> {
    pub(super) fn new(address: Address<Guest>, object: T, open: Option<Arc<Opened>>) -> Self {
        Self { address, object: Arc::new(Object(Mutex::new(object))), open }
    }

    /// Calls a function with the object, in its turn on the loop, and yields what it returns.
    ///
    /// The call is like that of a task: with priority and deadline, by blocking, or [put in line](Call::enqueue). On an idle
    /// loop it runs at once. A function that gives a future yields that future: one that borrows the object and is to run there
    /// belongs to [`call_async`](Self::call_async).
    ///
    /// # Errors
    ///
    /// When awaited, as any [`Call`]; above all [`CallError::Panicked`](crate::CallError::Panicked), after which the object is
    /// as the panic left it.
    pub fn call<F, R>(&self, work: F) -> Call<Visit<T, F, R>>
    where
        F: FnOnce(&mut T) -> R + Send + 'static,
        R: Send + 'static,
    {
        Call::new(self.address.clone(), (self.clone(), work))
    }

    /// Calls an async function with the object, which the loop has to itself until its future has ended.
    ///
    /// # Errors
    ///
    /// See [`call`](Self::call).
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::LoopOptions;
    /// use looselycoupled::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = App::builder().start().await?;
    /// let bus = app.handle().open_loop("bus", LoopOptions::new())?;
    /// let log = bus.host(Vec::new());
    /// let written = log.call_async(|lines| {
    ///     Box::pin(async move {
    ///         tokio::task::yield_now().await;
    ///         lines.push("hello");
    ///         lines.len()
    ///     })
    /// });
    /// assert_eq!(written.await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call_async<F, R>(&self, work: F) -> Call<LongVisit<T, F, R>>
    where
        F: for<'a> FnOnce(&'a mut T) -> Borrowing<'a, R> + Send + 'static,
        R: Send + 'static,
    {
        Call::new(self.address.clone(), (self.clone(), work))
    }
}

const INFO: TaskInfo = TaskInfo {
    index: HOSTED as usize,
    ..TaskInfo::bare("hosted", Location { file: file!(), line: line!() })
};

/// What [`Hosted::call`] calls.
#[derive(Debug)]
pub struct Visit<T, F, R>(PhantomData<(T, F, R)>);

impl<T, F, R> Task for Visit<T, F, R>
where
    T: Send + 'static,
    F: FnOnce(&mut T) -> R + Send + 'static,
    R: Send + 'static,
{
    type Module = Guest;
    type Arguments = (Hosted<T>, F);
    type Output = R;
    type Error = Infallible;
    const INFO: TaskInfo = INFO;

    #[expect(
        clippy::unreachable,
        reason = "a loop runs one handler at a time; caught as a panic of this one"
    )]
    fn call<'a>(
        _module: &'a mut Guest,
        _context: &'a Context,
        (hosted, work): Self::Arguments,
    ) -> impl Future<Output = Result<R, Infallible>> + Send + 'a {
        match hosted.object.0.try_lock() {
            Ok(mut object) => ready(Ok(work(&mut object))),
            Err(_) => unreachable!("the object is in use, although its loop runs one handler at a time"),
        }
    }
}

/// What [`Hosted::call_async`] calls.
#[derive(Debug)]
pub struct LongVisit<T, F, R>(PhantomData<(T, F, R)>);

impl<T, F, R> Task for LongVisit<T, F, R>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a mut T) -> Borrowing<'a, R> + Send + 'static,
    R: Send + 'static,
{
    type Module = Guest;
    type Arguments = (Hosted<T>, F);
    type Output = R;
    type Error = Infallible;
    const INFO: TaskInfo = TaskInfo { kind: TaskKind::Async, ..INFO };

    async fn call<'a>(
        _module: &'a mut Guest,
        _context: &'a Context,
        (hosted, work): Self::Arguments,
    ) -> Result<R, Infallible> {
        let mut object = hosted.object.0.lock().await;
        Ok(work(&mut object).await)
    }
}
