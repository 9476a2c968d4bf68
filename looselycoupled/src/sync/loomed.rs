//! loom's atomics with the order that `SeqCst` asks for.
//!
//! loom takes a sequentially consistent access for one that acquires and releases, and would report what the standard
//! excludes; only its fences are sequentially consistent. So such accesses stand between fences here. That is a little
//! more than the standard promises, since a fence orders the accesses around it as well; it is what processors do.

use std::sync::atomic::Ordering;

use loom::sync::atomic::fence;

/// Does something of this order.
fn ordered<R>(order: Ordering, access: impl FnOnce() -> R) -> R {
    if order != Ordering::SeqCst {
        return access();
    }
    fence(Ordering::SeqCst);
    let result = access();
    fence(Ordering::SeqCst);
    result
}

macro_rules! atomics {
    ($($name:ident of $value:ty;)*) => {$(
        #[derive(Debug)]
        pub(crate) struct $name(loom::sync::atomic::$name);

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::new(<$value>::default())
            }
        }

        #[allow(dead_code, reason = "the same for all, though some need less")]
        impl $name {
            #[track_caller]
            pub(crate) fn new(value: $value) -> Self {
                Self(loom::sync::atomic::$name::new(value))
            }

            #[track_caller]
            pub(crate) fn load(&self, order: Ordering) -> $value {
                ordered(order, || self.0.load(order))
            }

            #[track_caller]
            pub(crate) fn store(&self, value: $value, order: Ordering) {
                ordered(order, || self.0.store(value, order));
            }

            #[track_caller]
            pub(crate) fn swap(&self, value: $value, order: Ordering) -> $value {
                ordered(order, || self.0.swap(value, order))
            }

            #[track_caller]
            pub(crate) fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                ordered(success, || self.0.compare_exchange(current, new, success, failure))
            }
        }
    )*};
}

macro_rules! integers {
    ($($name:ident of $value:ty;)*) => {
        atomics! { $($name of $value;)* }
        $(
            #[allow(dead_code, reason = "the same for all, though some need less")]
            impl $name {
                #[track_caller]
                pub(crate) fn compare_exchange_weak(
                    &self,
                    current: $value,
                    new: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    self.compare_exchange(current, new, success, failure)
                }

                #[track_caller]
                pub(crate) fn fetch_update(
                    &self,
                    set: Ordering,
                    fetch: Ordering,
                    update: impl FnMut($value) -> Option<$value>,
                ) -> Result<$value, $value> {
                    ordered(set, || self.0.fetch_update(set, fetch, update))
                }

                #[track_caller]
                pub(crate) fn fetch_add(&self, value: $value, order: Ordering) -> $value {
                    ordered(order, || self.0.fetch_add(value, order))
                }

                #[track_caller]
                pub(crate) fn fetch_sub(&self, value: $value, order: Ordering) -> $value {
                    ordered(order, || self.0.fetch_sub(value, order))
                }

                #[track_caller]
                pub(crate) fn fetch_or(&self, value: $value, order: Ordering) -> $value {
                    ordered(order, || self.0.fetch_or(value, order))
                }

                #[track_caller]
                pub(crate) fn fetch_and(&self, value: $value, order: Ordering) -> $value {
                    ordered(order, || self.0.fetch_and(value, order))
                }
            }
        )*
    };
}

atomics! { AtomicBool of bool; }
integers! { AtomicU8 of u8; AtomicU16 of u16; AtomicU32 of u32; AtomicU64 of u64; AtomicUsize of usize; }
