//! What each thread has for itself.

/// Declares a cell that each thread has for itself, to be read with `get` and written with `set` and `replace`.
#[cfg(not(any(loom, shuttle)))]
macro_rules! thread_cell {
    ($(#[$about:meta])* static $name:ident: $content:ty = $initial:expr;) => {
        ::std::thread_local! {
            $(#[$about])*
            static $name: ::std::cell::Cell<$content> = const { ::std::cell::Cell::new($initial) };
        }
    };
}

/// The same for the threads of a model, which share one of the operating system.
#[cfg(any(loom, shuttle))]
macro_rules! thread_cell {
    ($(#[$about:meta])* static $name:ident: $content:ty = $initial:expr;) => {
        $(#[$about])*
        static $name: $crate::sync::ThreadCell<$content> = {
            #[cfg(loom)]
            use loom::thread_local;
            #[cfg(shuttle)]
            use shuttle::thread_local;
            thread_local! {
                static KEY: ::std::cell::Cell<$content> = ::std::cell::Cell::new($initial);
            }
            $crate::sync::ThreadCell::new(&KEY)
        };
    };
}

pub(crate) use thread_cell;

#[cfg(any(loom, shuttle))]
pub(crate) use modelled::ThreadCell;

#[cfg(any(loom, shuttle))]
mod modelled {
    use std::cell::Cell;

    #[cfg(loom)]
    use loom::thread::LocalKey;
    #[cfg(shuttle)]
    use shuttle::thread::LocalKey;

    /// What [`thread_cell`](super::thread_cell) declares, with the methods that the standard library's keys of cells have.
    pub(crate) struct ThreadCell<T: 'static>(&'static LocalKey<Cell<T>>);

    impl<T: Copy + 'static> ThreadCell<T> {
        pub(crate) const fn new(key: &'static LocalKey<Cell<T>>) -> Self {
            Self(key)
        }

        pub(crate) fn get(&'static self) -> T {
            self.0.with(Cell::get)
        }

        pub(crate) fn set(&'static self, value: T) {
            self.0.with(|cell| cell.set(value));
        }

        pub(crate) fn replace(&'static self, value: T) -> T {
            self.0.with(|cell| cell.replace(value))
        }
    }
}
