//! The state of a module whose type only the rooms above know.

#![expect(
    unsafe_code,
    reason = "a type is asked for without a virtual call, which takes a tenth of a module's call"
)]

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

/// Any state, in one word; its type stands before it.
///
/// What `Box<dyn Any>` is for, but a tenth of a call faster, and half the size where a loop holds it.
pub(crate) struct State {
    head: NonNull<Head>,
    owned: PhantomData<Box<dyn Send>>,
}

/// Any state that handlers may share.
pub(crate) struct SharedState(State);

/// What every state begins with.
#[derive(Clone, Copy)]
struct Head(&'static Kind);

struct Kind {
    id: TypeId,
    drop: unsafe fn(NonNull<Head>),
}

#[repr(C)]
struct Headed<T> {
    head: Head,
    content: T,
}

impl<T: 'static> Headed<T> {
    const KIND: &'static Kind = &Kind { id: TypeId::of::<T>(), drop: Self::drop };

    /// SAFETY: the head is that of a boxed `Headed<T>`, which nobody uses any more.
    unsafe fn drop(head: NonNull<Head>) {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(head.cast::<Self>().as_ptr()) });
    }
}

// SAFETY: made of what is `Send`.
unsafe impl Send for State {}

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
        let headed = Box::new(Headed { head: Head(Headed::<T>::KIND), content });
        Self { head: NonNull::from(Box::leak(headed)).cast(), owned: PhantomData }
    }

    #[inline]
    fn kind(&self) -> &'static Kind {
        // SAFETY: every state begins with its head.
        unsafe { self.head.as_ref().0 }
    }

    /// Whether the state is of this type.
    #[inline]
    pub(crate) fn is<T: 'static>(&self) -> bool {
        // One type may have several descriptions, but none describes two.
        ptr::eq(self.kind(), Headed::<T>::KIND) || self.kind().id == TypeId::of::<T>()
    }

    #[inline]
    const fn content<T>(&self) -> *mut T {
        // SAFETY: inside of the box; of use only where the type is right.
        unsafe { &raw mut (*self.head.cast::<Headed<T>>().as_ptr()).content }
    }

    /// The state, if it is of this type.
    #[inline]
    pub(crate) fn downcast_mut<T: 'static>(&mut self) -> Option<&mut T> {
        // SAFETY: the type is right, and the state is borrowed exclusively.
        self.is::<T>().then(|| unsafe { &mut *self.content() })
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: the function is that of the content's own type; dropped once.
        unsafe { (self.kind().drop)(self.head) };
    }
}

impl SharedState {
    /// What is of type `T` may be shared; anything else is given back.
    pub(crate) fn of<T: Send + Sync + 'static>(state: State) -> Result<Self, State> {
        if state.is::<T>() { Ok(Self(state)) } else { Err(state) }
    }

    /// The state, where nobody shares it.
    pub(crate) const fn unshared(&mut self) -> &mut State {
        &mut self.0
    }

    /// The state, if it is of this type.
    #[inline]
    pub(crate) fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        // SAFETY: the type is right, and the content may be shared.
        self.0.is::<T>().then(|| unsafe { &*self.0.content() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::Arc;

    #[test]
    fn a_state_is_of_its_own_type_only_and_is_dropped_once() {
        #[repr(align(64))]
        struct Wide(Arc<()>);
        let witness = Arc::new(());
        let mut state = State::new(Wide(Arc::clone(&witness)));
        assert!(state.downcast_mut::<Arc<()>>().is_none());
        let wide = state.downcast_mut::<Wide>().expect("it was made of one");
        assert!(ptr::from_ref(wide).is_aligned());
        assert!(Arc::ptr_eq(&wide.0, &witness));
        let state = SharedState::of::<Arc<()>>(state).expect_err("it is of another type");
        let shared = SharedState::of::<Wide>(state).expect("it is of this one");
        assert!(shared.downcast_ref::<Wide>().is_some() && shared.downcast_ref::<u8>().is_none());
        assert_eq!(Arc::strong_count(&witness), 2);
        drop(shared);
        assert_eq!(Arc::strong_count(&witness), 1);
    }
}
