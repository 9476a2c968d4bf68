//! What serde can do with a type, asked for under names of our own.
//!
//! rustc answers a missing `Deserialize` with a list of types that have it. These say what to write instead.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What can be read from a message: everything that is `DeserializeOwned`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a message",
    label = "needs `Deserialize`",
    note = "derive it: `#[derive(Serialize, Deserialize)]`; a task that is called by its stub only does without: \
            `#[task(local)]`"
)]
pub trait Readable: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Readable for T {}

/// What can be written into a message: everything that is `Serialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a message",
    label = "needs `Serialize`",
    note = "derive it: `#[derive(Serialize, Deserialize)]`; a task that is called by its stub only does without: \
            `#[task(local)]`"
)]
pub trait Writable: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Writable for T {}
