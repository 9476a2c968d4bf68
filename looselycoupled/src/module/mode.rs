//! Whether the handlers of a module exclude each other.

use send_wrapper::SendWrapper;

use super::{Context, Module};
use crate::event_loop::{Resident, SharedState};
use crate::sync::Arc;

/// A module with its context, as its loop holds it.
#[derive(Debug)]
pub struct Occupant<H> {
    pub(crate) module: H,
    /// There is one as soon as the module moves in; the occupant stays where it was made before.
    pub(crate) context: Option<Context>,
}

impl<H> Occupant<H> {
    /// What a handler gets that has the module to itself.
    #[inline(always)]
    pub(crate) fn exclusive<M: Module<Mode: Mode<M, Home = H>>>(
        &mut self,
    ) -> Option<(Receiver<'_, M>, &Context)> {
        Some((<M::Mode as Mode<M>>::exclusive(&mut self.module), self.context.as_ref()?))
    }

    /// What a handler gets that shares the module with others.
    #[inline(always)]
    pub(crate) fn shared<M: Module<Mode: Mode<M, Home = H>>>(&self) -> Option<(Receiver<'_, M>, &Context)> {
        Some((<M::Mode as Mode<M>>::shared(&self.module)?, self.context.as_ref()?))
    }

    /// What a hook gets that has the module to itself, whatever its mode.
    pub(crate) fn alone<M: Module<Mode: Mode<M, Home = H>>>(&mut self) -> Option<(&mut M, &Context)> {
        Some((<M::Mode as Mode<M>>::alone(&mut self.module), self.context.as_ref()?))
    }
}

/// An [`Occupant`] whose type has been forgotten.
#[derive(Debug)]
pub struct Housed(pub(crate) Resident);

impl Housed {
    /// Whether it is an occupant of this type.
    fn is_of<H: 'static>(&self) -> bool {
        match &self.0 {
            Resident::Exclusive(state) => state.is::<Occupant<H>>(),
            Resident::Shared(state) => state.downcast_ref::<Occupant<H>>().is_some(),
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
    /// Whether several handlers have the module at a time.
    const OVERLAPS: bool;
    /// `&mut M` or `&M`.
    type Receiver<'a>
    where
        M: 'a;
    /// What a loop keeps of the module.
    type Home: Send + 'static;

    #[doc(hidden)]
    fn keep(module: M) -> Self::Home;
    /// An occupant in the form that the mode needs; `None` if it is none of `M`.
    #[doc(hidden)]
    fn house(occupant: Housed) -> Option<Housed>;
    #[doc(hidden)]
    fn exclusive(home: &mut Self::Home) -> Self::Receiver<'_>;
    #[doc(hidden)]
    fn shared(home: &Self::Home) -> Option<Self::Receiver<'_>>;
    #[doc(hidden)]
    fn alone(home: &mut Self::Home) -> &mut M;
}

/// What the handlers of `M` get hold of.
pub type Receiver<'a, M> = <<M as Module>::Mode as Mode<M>>::Receiver<'a>;

/// What a loop keeps of `M`.
pub(crate) type Home<M> = <<M as Module>::Mode as Mode<M>>::Home;

/// One handler at a time.
#[derive(Debug)]
pub enum Sequential {}

/// Handlers overlap; the module is shared, so it must be `Sync`.
#[derive(Debug)]
pub enum Concurrent {}

/// One handler at a time, always on the same thread; the module need not be `Send`.
#[derive(Debug)]
pub enum Pinned {}

/// How modules are kept that can be made anywhere and moved: all but pinned ones. Code for any of them asks for
/// `M: Module<Mode: GivenByValue>`.
#[diagnostic::on_unimplemented(
    message = "a pinned module is made on the thread of its loop and never leaves it",
    label = "a pinned module cannot be given as a value",
    note = "give what makes it: `.module_pinned(\"io\", \"panel\", Panel::new)`, or `.module_with(\"panel\", Panel::new)`"
)]
pub trait GivenByValue {}

impl GivenByValue for Sequential {}
impl GivenByValue for Concurrent {}

#[diagnostic::do_not_recommend]
impl<M: Send + 'static> Mode<M> for Sequential {
    const OVERLAPS: bool = false;
    type Receiver<'a> = &'a mut M;
    type Home = M;

    fn keep(module: M) -> M {
        module
    }

    fn house(occupant: Housed) -> Option<Housed> {
        exclusive_of::<M>(occupant)
    }

    #[inline]
    fn exclusive(module: &mut M) -> &mut M {
        module
    }

    #[inline]
    fn shared(_module: &M) -> Option<&mut M> {
        None
    }

    fn alone(module: &mut M) -> &mut M {
        module
    }
}

#[diagnostic::do_not_recommend]
impl<M: 'static> Mode<M> for Pinned {
    const OVERLAPS: bool = false;
    type Receiver<'a> = &'a mut M;
    type Home = SendWrapper<M>;

    /// On the thread on which it stays.
    fn keep(module: M) -> SendWrapper<M> {
        SendWrapper::new(module)
    }

    fn house(occupant: Housed) -> Option<Housed> {
        exclusive_of::<SendWrapper<M>>(occupant)
    }

    fn exclusive(module: &mut SendWrapper<M>) -> &mut M {
        module
    }

    fn shared(_module: &SendWrapper<M>) -> Option<&mut M> {
        None
    }

    fn alone(module: &mut SendWrapper<M>) -> &mut M {
        module
    }
}

fn exclusive_of<H: 'static>(occupant: Housed) -> Option<Housed> {
    let Housed(Resident::Exclusive(_)) = occupant else { return None };
    occupant.is_of::<H>().then_some(occupant)
}

#[diagnostic::do_not_recommend]
impl<M: Send + Sync + 'static> Mode<M> for Concurrent {
    const OVERLAPS: bool = true;
    type Receiver<'a> = &'a M;
    type Home = M;

    fn keep(module: M) -> M {
        module
    }

    fn house(occupant: Housed) -> Option<Housed> {
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

    fn alone(module: &mut M) -> &mut M {
        module
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
