//! Room for one value of whatever type: in place if it is small, in a box otherwise.

#![expect(unsafe_code, reason = "small values lie inside of messages: no allocation for an ordinary send")]

use std::mem::{MaybeUninit, align_of, size_of};

/// So many words, or a pointer to what does not fit into them. Drops nothing by itself: whoever knows the type takes the
/// value out.
pub(super) struct Pocket<const WORDS: usize>([MaybeUninit<u64>; WORDS]);

impl<const WORDS: usize> Pocket<WORDS> {
    /// A pocket without a value.
    pub(super) const EMPTY: Self = Self([MaybeUninit::uninit(); WORDS]);

    const fn fits<T>() -> bool {
        size_of::<T>() <= size_of::<Self>() && align_of::<T>() <= align_of::<Self>()
    }

    /// A pocket with a value.
    #[inline(always)]
    pub(super) fn of<T>(value: T) -> Self {
        let mut pocket = Self::EMPTY;
        // SAFETY: the place is ours.
        unsafe { Self::fill(&raw mut pocket, value) };
        pocket
    }

    /// Puts a value in.
    ///
    /// SAFETY: the place can be written.
    #[inline(always)]
    pub(super) unsafe fn fill<T>(place: *mut Self, value: T) {
        // SAFETY: size and alignment were compared, and a thin pointer fits into a word.
        unsafe {
            if const { Self::fits::<T>() } {
                place.cast::<T>().write(value);
            } else {
                place.cast::<*mut T>().write(Box::into_raw(Box::new(value)));
            }
        }
    }

    /// Puts a value in that is made there, where that can be had.
    ///
    /// SAFETY: as for [`fill`](Self::fill).
    #[inline]
    pub(super) unsafe fn fill_with<T>(place: *mut Self, make: impl FnOnce() -> T) {
        // SAFETY: passed on.
        unsafe {
            if const { Self::fits::<T>() } {
                place.cast::<T>().write(make());
            } else {
                place.cast::<*mut T>().write(Box::into_raw(boxed(make)));
            }
        }
    }

    /// Where the value lies; it stays there as long as the pocket stays where it is.
    ///
    /// By pointer, as is [`drop_in_place`](Self::drop_in_place): a value may point into itself, and an exclusive reference to
    /// the pocket would promise that nobody does.
    ///
    /// SAFETY: a `T` was put in, and has not been taken out.
    #[inline]
    pub(super) const unsafe fn value<T>(place: *mut Self) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { if const { Self::fits::<T>() } { place.cast::<T>() } else { *place.cast::<*mut T>() } }
    }

    /// Drops the value where it lies.
    ///
    /// SAFETY: as for [`take`](Self::take).
    #[inline]
    pub(super) unsafe fn drop_in_place<T>(place: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe {
            if const { Self::fits::<T>() } {
                place.cast::<T>().drop_in_place();
            } else {
                drop(Box::from_raw(place.cast::<*mut T>().read()));
            }
        }
    }

    /// Takes the value out.
    ///
    /// SAFETY: a `T` was put in, and has not been taken out.
    #[inline]
    pub(super) unsafe fn take<T>(&mut self) -> T {
        // SAFETY: as above; the value is moved out once.
        unsafe {
            if const { Self::fits::<T>() } {
                self.0.as_mut_ptr().cast::<T>().read()
            } else {
                *Box::from_raw(self.0.as_mut_ptr().cast::<*mut T>().read())
            }
        }
    }
}

// Apart: without optimisation a copy of a large value stays on the stack of whoever makes it.
fn boxed<T>(make: impl FnOnce() -> T) -> Box<T> {
    Box::new(make())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_out_as_they_went_in_whatever_their_size() {
        #[repr(align(64))]
        struct Wide(u8);
        // SAFETY: each is taken out once, as what it was.
        unsafe {
            assert_eq!(Pocket::<2>::of(7_u8).take::<u8>(), 7);
            assert_eq!(Pocket::<2>::of([1_u64, 2, 3]).take::<[u64; 3]>(), [1, 2, 3]);
            assert_eq!(Pocket::<2>::of(Wide(3)).take::<Wide>().0, 3);
        }
    }
}
