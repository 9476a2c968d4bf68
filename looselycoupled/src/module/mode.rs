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

impl Housed {
    /// Whether it is an occupant of this type.
    fn is_of<M: 'static>(&self) -> bool {
        match &self.0 {
            Resident::Exclusive(state) => state.is::<Occupant<M>>(),
            Resident::Shared(state) => state.downcast_ref::<Occupant<M>>().is_some(),
        }
    }
}

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
        let Housed(Resident::Exclusive(_)) = occupant else { return None };
        occupant.is_of::<M>().then_some(occupant)
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
        let Housed(Resident::Exclusive(state)) = occupant else {
            return occupant.is_of::<M>().then_some(occupant);
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_loop::State;

    fn exclusive<M: Send + 'static>(module: M) -> Housed {
        Housed(Resident::Exclusive(State::new(Occupant { module, context: None })))
    }

    #[test]
    fn only_an_occupant_of_the_modules_own_type_is_housed() {
        assert!(<Sequential as Mode<u8>>::house(exclusive(1_u8)).is_some());
        assert!(<Sequential as Mode<u8>>::house(exclusive(1_u16)).is_none());
        assert!(<Concurrent as Mode<u8>>::house(exclusive(1_u16)).is_none());
        let shared = || <Concurrent as Mode<u8>>::house(exclusive(1_u8)).expect("it is of this type");
        assert!(<Concurrent as Mode<u8>>::house(shared()).is_some());
        assert!(<Concurrent as Mode<u16>>::house(shared()).is_none(), "shared, but of another type");
        assert!(<Sequential as Mode<u8>>::house(shared()).is_none(), "nobody has it to himself any more");
    }
}
