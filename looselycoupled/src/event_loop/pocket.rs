//! Room for one value of whatever type: in place if it is small, in a box otherwise.

#![expect(unsafe_code, reason = "small values lie inside of messages: no allocation for an ordinary send")]

use std::mem::{MaybeUninit, align_of, size_of};

/// So many words, or a pointer to what does not fit into them. Drops nothing by itself: whoever knows the type takes the
/// value out.
#[derive(Debug)]
pub(super) struct Pocket<const WORDS: usize>([MaybeUninit<u64>; WORDS]);

impl<const WORDS: usize> Pocket<WORDS> {
    /// A pocket without a value.
    pub(super) const EMPTY: Self = Self([MaybeUninit::uninit(); WORDS]);

    const fn fits<T>() -> bool {
        size_of::<T>() <= size_of::<Self>() && align_of::<T>() <= align_of::<Self>()
    }

    /// Puts a value in.
    ///
    /// SAFETY: the place can be written.
    #[inline(always)]
    pub(super) unsafe fn fill<T>(place: *mut Self, value: T) {
        // SAFETY: passed on; the room is for a `T`.
        unsafe { Self::room::<T>(place).write(value) };
    }

    /// Where a value of this type goes that is written in parts; until it has been, nothing lies in the pocket.
    ///
    /// SAFETY: as for [`fill`](Self::fill).
    #[inline(always)]
    pub(super) unsafe fn room<T>(place: *mut Self) -> *mut T {
        // SAFETY: size and alignment were compared, and a thin pointer fits into a word.
        unsafe {
            if const { Self::fits::<T>() } {
                place.cast::<T>()
            } else {
                let room = Box::into_raw(Box::<T>::new_uninit()).cast::<T>();
                place.cast::<*mut T>().write(room);
                room
            }
        }
    }

    /// Where the value lies; it stays there as long as the pocket stays where it is.
    ///
    /// SAFETY: a `T` was put in, and has not been taken out.
    #[inline]
    pub(super) const unsafe fn value<T>(place: *mut Self) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { if const { Self::fits::<T>() } { place.cast::<T>() } else { *place.cast::<*mut T>() } }
    }

    /// Lets go of the room of a value that was moved out of where it lay.
    ///
    /// SAFETY: as for [`value`](Self::value); nothing of it is used any more.
    #[inline]
    pub(super) unsafe fn forget<T>(place: *mut Self) {
        if const { !Self::fits::<T>() } {
            // SAFETY: the caller's promise; allocated in `room`.
            drop(unsafe { Box::from_raw((*place.cast::<*mut T>()).cast::<MaybeUninit<T>>()) });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_out_as_they_went_in_whatever_their_size() {
        #[repr(align(64))]
        struct Wide(u8);
        fn there_and_back<T>(value: T) -> T {
            let mut pocket = Pocket::<2>::EMPTY;
            // SAFETY: taken out once, as what it was.
            unsafe {
                Pocket::fill(&raw mut pocket, value);
                pocket.take::<T>()
            }
        }
        assert_eq!(there_and_back(7_u8), 7);
        assert_eq!(there_and_back([1_u64, 2, 3]), [1, 2, 3]);
        assert_eq!(there_and_back(Wide(3)).0, 3);
    }
}
