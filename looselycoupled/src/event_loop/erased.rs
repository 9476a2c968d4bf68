//! The state of a module whose type only the rooms above know.

#![expect(
    unsafe_code,
    reason = "a type is asked for without a virtual call, which takes a tenth of a module's call"
)]

use std::any::TypeId;
use std::fmt;
use std::ptr;

/// Any state, with its type beside it.
///
/// What [`Any`](std::any::Any) is for, a tenth of a call faster.
pub(crate) struct State {
    content: Box<dyn Send>,
    id: TypeId,
}

/// Any state that handlers may share.
pub(crate) struct SharedState(State);

// SAFETY: made of what is `Sync`, and shown as that.
unsafe impl Sync for SharedState {}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("State")
    }
}

impl fmt::Debug for SharedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedState")
    }
}

impl State {
    pub(crate) fn new<T: Send + 'static>(content: T) -> Self {
        Self { content: Box::new(content), id: TypeId::of::<T>() }
    }

    #[inline]
    fn is<T: 'static>(&self) -> bool {
        self.id == TypeId::of::<T>()
    }

    /// The state, if it is of this type.
    #[inline]
    pub(crate) fn downcast_mut<T: 'static>(&mut self) -> Option<&mut T> {
        // SAFETY: the identity was taken of the type of the content, which nobody exchanges.
        self.is::<T>().then(|| unsafe { &mut *ptr::from_mut(&mut *self.content).cast::<T>() })
    }
}

impl SharedState {
    pub(crate) fn new<T: Send + Sync + 'static>(content: T) -> Self {
        Self(State::new(content))
    }

    /// The state, where nobody shares it.
    pub(crate) const fn unshared(&mut self) -> &mut State {
        &mut self.0
    }

    /// The state, if it is of this type.
    #[inline]
    pub(crate) fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        // SAFETY: as in `downcast_mut`.
        self.0.is::<T>().then(|| unsafe { &*ptr::from_ref(&*self.0.content).cast::<T>() })
    }
}
