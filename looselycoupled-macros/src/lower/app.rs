//! `app!`.

use syn::Expr;

use super::name::check_word;
use super::runtime::{CRATE, runtime};
use super::surroundings::line_of;
use crate::diagnostics::Sink;
use crate::model::AppList;
use crate::syntax::{self, Form, Grammar, Listed, Options};

const APP: Grammar =
    Grammar { attribute: "app!", options: &[("check", Form::Value("check = application()")), CRATE] };

/// Checks a list of instances; what is wrong with one leaves it out.
pub(crate) fn app_list(written: syntax::AppList, sink: &Sink) -> AppList {
    let options = Options::read(written.options, &APP, sink);
    let check: Option<Expr> = options.value("check", "an expression, such as `check = application()`", sink);
    let line = written.instances.first().map_or(0, |first| line_of(&first.name));
    let mut list = AppList { runtime: runtime(&options, sink), instances: Vec::new(), check, line };
    for Listed { name, module } in written.instances {
        let text = name.value();
        if list.instances.iter().any(|(known, _)| *known == text) {
            sink.at(&name, format!("`{text}` is listed twice; remove one"));
        } else if check_word(&name, "a module", sink) {
            list.instances.push((text, module));
        }
    }
    list
}
