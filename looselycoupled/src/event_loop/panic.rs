//! What a panic said.

use std::any::{Any, type_name};
use std::mem::{forget, needs_drop};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A caught panic.
#[derive(Debug, Clone)]
pub(crate) struct Panic {
    pub(crate) message: String,
}

impl Panic {
    pub(crate) fn new(message: &str) -> Self {
        Self { message: message.to_owned() }
    }

    /// What a payload says, which is dropped here.
    pub(crate) fn from_payload(payload: Box<dyn Any + Send>) -> Self {
        let panic = Self::new(text(&*payload));
        drop_safely(payload);
        panic
    }
}

fn text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a payload that is no text")
}

/// Drops what a user made; a panic is an error.
pub(crate) fn drop_caught<T>(value: T) -> Result<(), Panic> {
    catch_unwind(AssertUnwindSafe(|| drop(value))).map_err(Panic::from_payload)
}

/// An output, unless letting go of what has made it panicked: then the output goes as well, and must not panic on top of that.
pub(super) fn unless_panicked<O>(let_go: Result<(), Panic>, output: O) -> Result<O, Panic> {
    match let_go {
        Ok(()) => Ok(output),
        Err(panic) => {
            drop_safely(output);
            Err(panic)
        }
    }
}

/// Drops what a user made where a panic would leave something half done. False if there was one, which is told in the log.
///
/// Payloads of panics are values of users as well, and panic in their turn when they like.
pub(crate) fn drop_safely<T>(value: T) -> bool {
    if !needs_drop::<T>() {
        return true;
    }
    safely(type_name::<T>, || drop(value))
}

/// [`drop_safely`] of what is known by its table only.
pub(super) fn safely(type_name: fn() -> &'static str, dropping: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(dropping)) {
        Ok(()) => true,
        Err(payload) => {
            told(payload, type_name());
            false
        }
    }
}

#[cold]
fn told(payload: Box<dyn Any + Send>, of_type: &str) {
    // Whoever writes the log may panic as well.
    let _told = catch_unwind(AssertUnwindSafe(|| tell(of_type, text(&*payload)))).map_err(forget);
    // What the payload panics with in its turn is leaked: such payloads could follow each other without end.
    let _dropped = catch_unwind(AssertUnwindSafe(|| drop(payload))).map_err(forget);
}

fn tell(of_type: &str, message: &str) {
    tracing::error!(target: "looselycoupled", value = of_type, "a value panicked when it was dropped: {message}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Panics with another one of its kind when it is dropped.
    struct Bomb(u8);

    impl Drop for Bomb {
        fn drop(&mut self) {
            std::panic::panic_any(Self(self.0 + 1));
        }
    }

    #[test]
    fn a_payload_that_panics_when_it_is_dropped_is_dropped_all_the_same() {
        let panic = Panic::from_payload(Box::new(Bomb(0)));
        assert_eq!(panic.message, "a payload that is no text");
        assert!(!drop_safely(Bomb(0)));
        assert!(drop_safely(String::new()));
    }
}
