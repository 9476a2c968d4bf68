//! Whether the handlers of a module exclude each other.

use super::{Context, Module};
use crate::event_loop::{Resident, SharedState, State};
use crate::sync::Arc;

/// A module with its context, as its loop holds it.
#[derive(Debug)]
pub struct Occupant<M> {
    pub(crate) module: M,
    pub(crate) context: Context,
}

/// An [`Occupant`] in the form that its mode needs.
#[derive(Debug)]
pub struct Housed(pub(crate) Resident);

/// How handlers get hold of their module.
#[diagnostic::on_unimplemented(
    message = "the handlers of a concurrent module overlap, but `{M}` cannot be shared between threads",
    label = "needs `{M}: Sync`",
    note = "keep the state in a `Mutex` or an atomic, or leave out `concurrent`"
)]
pub trait Mode<M: 'static> {
    /// `&mut M` or `&M`.
    type Receiver<'a>
    where
        M: 'a;

    #[doc(hidden)]
    fn house(occupant: Occupant<M>) -> Housed
    where
        M: Send;
    #[doc(hidden)]
    fn exclusive(module: &mut M) -> Self::Receiver<'_>;
    #[doc(hidden)]
    fn shared(module: &M) -> Option<Self::Receiver<'_>>;
}

/// What the handlers of `M` get hold of.
pub type Receiver<'a, M> = <<M as Module>::Mode as Mode<M>>::Receiver<'a>;

/// One handler at a time.
#[derive(Debug)]
pub enum Sequential {}

/// Handlers overlap; the module is shared, so it must be `Sync`.
#[derive(Debug)]
pub enum Concurrent {}

#[diagnostic::do_not_recommend]
impl<M: 'static> Mode<M> for Sequential {
    type Receiver<'a> = &'a mut M;

    fn house(occupant: Occupant<M>) -> Housed
    where
        M: Send,
    {
        Housed(Resident::Exclusive(State::new(occupant)))
    }

    #[inline]
    fn exclusive(module: &mut M) -> &mut M {
        module
    }

    #[inline]
    fn shared(_module: &M) -> Option<&mut M> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<M: Sync + 'static> Mode<M> for Concurrent {
    type Receiver<'a> = &'a M;

    fn house(occupant: Occupant<M>) -> Housed
    where
        M: Send,
    {
        Housed(Resident::Shared(Arc::new(SharedState::new(occupant))))
    }

    #[inline]
    fn exclusive(module: &mut M) -> &M {
        module
    }

    #[inline]
    fn shared(module: &M) -> Option<&M> {
        Some(module)
    }
}
