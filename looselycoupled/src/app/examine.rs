//! The check of the start without a start.

use super::builder::AppBuilder;
use super::check::check;
use super::error::StartError;
use super::lints::Lint;

impl AppBuilder {
    /// Makes the check that precedes every start, and starts nothing. It needs no runtime.
    ///
    /// Constructors of types that the configuration lists do run, since they may refuse their section; factories and hooks do not.
    /// [`app!`](crate::app) makes a test of it: `app! { hall_lamp: Lamp, check = application() }`.
    ///
    /// What it gives if nothing is wrong: what looks like a mistake and may be none, such as an event that nobody is known to send. The
    /// start tells these once in the log. Of a [part](Self::partial) of an application there are none.
    ///
    /// # Errors
    ///
    /// [`StartError::Check`] with all faults at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    /// # #[derive(Default)]
    /// # struct Lamp;
    /// # #[module]
    /// # impl Lamp {}
    /// assert_eq!(App::builder().module("lamp", Lamp).check()?, []);
    ///
    /// let fault = App::builder().module("lamp", Lamp).policy("lmap", Policy::Exit).check().unwrap_err();
    /// assert!(fault.to_string().contains("did you mean `lamp`?"));
    /// # Ok::<(), StartError>(())
    /// ```
    pub fn check(self) -> Result<Vec<Lint>, StartError> {
        check(self).map(|checked| checked.lints).map_err(StartError::Check)
    }
}

/// For the test that `app!` makes.
///
/// # Panics
///
/// The application is not whole; the message says why.
#[expect(clippy::panic, reason = "this is how a test fails")]
pub fn expect_whole(application: AppBuilder) {
    if let Err(error) = application.check() {
        panic!("{error}");
    }
}
