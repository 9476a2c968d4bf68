//! Tuples that are filled place by place, in any order: arguments and fields that are given by name.

/// A tuple of parameters or fields, each of which can be left open for a while.
#[diagnostic::on_unimplemented(
    message = "too many values to be given by name where the compiler checks the names",
    label = "has more than 12 of them",
    note = "call the task through its stub, or send the event by `trigger`"
)]
pub trait Slots: Sized {
    /// The same places, each of them filled or not.
    type Open;
    /// Nothing is filled.
    fn open() -> Self::Open;
    /// All places are filled, as the compiler has found.
    fn close(open: Self::Open) -> Self;
}

/// One place of such a tuple.
pub trait SlotAt<const I: usize>: Slots {
    /// What belongs there.
    type Value;
    /// The place.
    fn at(open: &mut Self::Open) -> &mut Option<Self::Value>;
}

/// What stands in a place that cannot be empty: names that are missing are a compile error.
#[expect(clippy::panic, reason = "unreachable: the macros let the compiler count what is given")]
fn filled<T>(place: Option<T>) -> T {
    match place {
        Some(value) => value,
        None => panic!("an argument is missing though the compiler has found all of them"),
    }
}

/// Of every tuple, `all` names each place with its type; `at` is one of them after the other.
macro_rules! slots {
    (@tuple $(($place:tt $name:ident))*) => {
        #[allow(clippy::unused_unit, unused_variables, reason = "the empty tuple has no places")]
        impl<$($name),*> Slots for ($($name,)*) {
            type Open = ($(Option<$name>,)*);

            #[inline]
            fn open() -> Self::Open {
                ($(None::<$name>,)*)
            }

            #[inline]
            fn close(open: Self::Open) -> Self {
                ($(filled(open.$place),)*)
            }
        }
    };
    (@places $all:tt $($at:tt)*) => {
        $( slots!(@place $at $all); )*
    };
    (@place ($place:tt $value:ident) [$(($other:tt $name:ident))*]) => {
        impl<$($name),*> SlotAt<$place> for ($($name,)*) {
            type Value = $value;

            #[inline]
            fn at(open: &mut Self::Open) -> &mut Option<$value> {
                &mut open.$place
            }
        }
    };
    ($($all:tt)*) => {
        slots!(@tuple $($all)*);
        slots!(@places [$($all)*] $($all)*);
    };
}

slots!();
slots!((0 A));
slots!((0 A) (1 B));
slots!((0 A) (1 B) (2 C));
slots!((0 A) (1 B) (2 C) (3 D));
slots!((0 A) (1 B) (2 C) (3 D) (4 E));
slots!((0 A) (1 B) (2 C) (3 D) (4 E) (5 F));
slots!((0 A) (1 B) (2 C) (3 D) (4 E) (5 F) (6 G));
slots!((0 A) (1 B) (2 C) (3 D) (4 E) (5 F) (6 G) (7 H));
slots!((0 A) (1 B) (2 C) (3 D) (4 E) (5 F) (6 G) (7 H) (8 I));
slots!((0 A) (1 B) (2 C) (3 D) (4 E) (5 F) (6 G) (7 H) (8 I) (9 J));
slots!((0 A) (1 B) (2 C) (3 D) (4 E) (5 F) (6 G) (7 H) (8 I) (9 J) (10 K));
slots!((0 A) (1 B) (2 C) (3 D) (4 E) (5 F) (6 G) (7 H) (8 I) (9 J) (10 K) (11 L));

/// The place of a name. The type of a field, so that the compiler finds the place by the field's name.
#[derive(Debug, Clone, Copy)]
pub struct Place<const I: usize>;

/// A tuple that is being filled.
#[derive(Debug)]
pub struct Filling<T: Slots>(pub T::Open);

impl<T: Slots> Filling<T> {
    /// Nothing is filled.
    #[inline]
    #[must_use]
    pub fn begin() -> Self {
        Self(T::open())
    }

    /// What belongs to a name. Its type is known before the compiler sees a value, so values are coerced as in any call.
    #[inline]
    pub fn at<const I: usize>(&mut self, _name: Place<I>) -> Slot<'_, T::Value>
    where
        T: SlotAt<I>,
    {
        Slot(T::at(&mut self.0))
    }
}

/// A place that can be filled.
#[derive(Debug)]
pub struct Slot<'a, T>(&'a mut Option<T>);

impl<T> Slot<'_, T> {
    /// Fills it.
    #[inline]
    pub fn put(self, value: T) {
        *self.0 = Some(value);
    }
}
