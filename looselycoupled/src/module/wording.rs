//! How calls of a task are put into words for another process.
//!
//! A stub asks nothing of the types of a task, and one that calls another process can do so only where serde knows these. Generated code asks
//! for each task; where there is no answer, such a call ends with an error that says so.

use std::fmt;
use std::marker::PhantomData;

use super::ParameterInfo;
use crate::value::{Arguments, DecodeError, Readable, Value, Writable};

/// So many parameters can be written.
pub(crate) const MOST_WRITTEN: usize = 12;

/// Writes all arguments, each under the name of its parameter.
type Write<A> = fn(&A, &'static [ParameterInfo]) -> Arguments;

/// Reads the value.
type Read<O> = fn(Value) -> Result<O, DecodeError>;

/// How calls of a task with parameters `A` (a tuple) and value `O` are written and its results are read.
pub struct Wording<A, O> {
    /// `None` if a parameter has no `Serialize`, or there are more than twelve.
    pub write: Option<Write<A>>,
    /// `None` if the value has no `Deserialize`.
    pub read: Option<Read<O>>,
}

impl<A, O> Wording<A, O> {
    /// Of a task that is local.
    pub const NONE: Self = Self { write: None, read: None };
}

impl<A, O> Clone for Wording<A, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, O> Copy for Wording<A, O> {}

impl<A, O> fmt::Debug for Wording<A, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { write, read } = self;
        f.debug_struct("Wording").field("write", &write.is_some()).field("read", &read.is_some()).finish()
    }
}

/// Parameters of which each can be written.
pub trait Written {
    #[doc(hidden)]
    fn write(&self, parameters: &'static [ParameterInfo]) -> Arguments;
}

macro_rules! written {
    ($($place:tt $name:ident)*) => {
        impl<$($name: Writable),*> Written for ($($name,)*) {
            fn write(&self, parameters: &'static [ParameterInfo]) -> Arguments {
                let _of_none = parameters;
                let arguments = Arguments::new();
                $(let arguments = arguments.with(parameters[$place].name, &self.$place);)*
                arguments
            }
        }
    };
}

written!();
written!(0 A);
written!(0 A 1 B);
written!(0 A 1 B 2 C);
written!(0 A 1 B 2 C 3 D);
written!(0 A 1 B 2 C 3 D 4 E);
written!(0 A 1 B 2 C 3 D 4 E 5 F);
written!(0 A 1 B 2 C 3 D 4 E 5 F 6 G);
written!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H);
written!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I);
written!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J);
written!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K);
written!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L);

/// `WriteProbe::<A>::WRITE`: how these parameters are written.
#[derive(Debug)]
pub struct WriteProbe<A>(PhantomData<A>);

impl<A: Written> WriteProbe<A> {
    /// Each by serde.
    pub const WRITE: Option<Write<A>> = Some(A::write);
}

/// The answer for parameters that serde cannot write.
pub trait NotWritten {
    /// The parameters.
    type Arguments;
    /// They are not.
    const WRITE: Option<Write<Self::Arguments>> = None;
}

impl<A> NotWritten for WriteProbe<A> {
    type Arguments = A;
}

/// `ReadProbe::<O>::READ`: how such a value is read.
#[derive(Debug)]
pub struct ReadProbe<O>(PhantomData<O>);

impl<O: Readable> ReadProbe<O> {
    /// By serde.
    pub const READ: Option<Read<O>> = Some(Value::decode);
}

/// The answer for values that serde cannot read.
pub trait NotRead {
    /// The value.
    type Output;
    /// It is not.
    const READ: Option<Read<Self::Output>> = None;
}

impl<O> NotRead for ReadProbe<O> {
    type Output = O;
}
