//! Whether the handlers of a module exclude each other.

use super::{Context, Module};
use crate::event_loop::{Resident, SharedState};
use crate::sync::Arc;

/// A module with its context, as its loop holds it.
#[derive(Debug)]
pub struct Occupant<M> {
    pub(crate) module: M,
    /// There is one as soon as the module moves in; the occupant stays where it was made before.
    pub(crate) context: Option<Context>,
}

impl<M: Module> Occupant<M> {
    /// What a handler gets that has the module to itself.
    #[inline(always)]
    pub(crate) fn exclusive(&mut self) -> Option<(Receiver<'_, M>, &Context)> {
        Some((<M::Mode as Mode<M>>::exclusive(&mut self.module), self.context.as_ref()?))
    }

    /// What a handler gets that shares the module with others.
    #[inline(always)]
    pub(crate) fn shared(&self) -> Option<(Receiver<'_, M>, &Context)> {
        Some((<M::Mode as Mode<M>>::shared(&self.module)?, self.context.as_ref()?))
    }
}

/// An [`Occupant`] whose type has been forgotten.
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

    /// An occupant in the form that the mode needs; `None` if it is none of `M`.
    #[doc(hidden)]
    fn house(occupant: Housed) -> Option<Housed>
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

    fn house(occupant: Housed) -> Option<Housed>
    where
        M: Send,
    {
        Some(occupant)
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

    fn house(occupant: Housed) -> Option<Housed>
    where
        M: Send,
    {
        let Housed(Resident::Exclusive(state)) = occupant else { return Some(occupant) };
        let shared = SharedState::of::<Occupant<M>>(state).ok()?;
        Some(Housed(Resident::Shared(Arc::new(shared))))
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
