//! `register!`.

use super::name::check_word;
use super::runtime::{CRATE, runtime};
use crate::diagnostics::Sink;
use crate::model::Registration;
use crate::syntax::{self, Grammar, Options};

const REGISTER: Grammar = Grammar { attribute: "register!", options: &[CRATE] };

/// Checks a registration; nothing where its name is none.
pub(crate) fn registration(written: syntax::Registration, sink: &Sink) -> Option<Registration> {
    let options = Options::read(written.options, &REGISTER, sink);
    let runtime = runtime(&options, sink);
    let name = written.name.value();
    check_word(&written.name, "a module's type", sink).then_some(Registration {
        runtime,
        module: written.module,
        name,
    })
}
