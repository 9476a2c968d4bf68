//! What a module says that it implements, compared with the interface by name while the compiler evaluates constants.
//!
//! Each function stands where the complaint is to be shown, and panics with it: the compiler has no other way to say one.

use super::nearest::difference;
use super::text::{Text, same};
use crate::module::{InterfaceInfo, MethodInfo};

impl InterfaceInfo {
    /// The method of a name.
    #[must_use]
    pub const fn method(&self, name: &str) -> Option<&'static MethodInfo> {
        let mut rest = self.methods;
        while let [method, others @ ..] = rest {
            if same(method.name, name) {
                return Some(method);
            }
            rest = others;
        }
        None
    }
}

/// Compiles if the module has a task for each method.
///
/// # Panics
///
/// It lacks some; the message knows their parameters, or what is near to their names.
#[track_caller]
pub const fn complete(interface: &InterfaceInfo, module: &str, tasks: &[&str]) {
    let mut lacking = 0;
    let mut listed = Text::new();
    let mut rest = interface.methods;
    while let [method, others @ ..] = rest {
        if !contains(tasks, method.name) {
            listed = if lacking == 0 { listed } else { listed.with(", ") };
            listed = told(listed, interface, method, tasks);
            lacking += 1;
        }
        rest = others;
    }
    if lacking > 0 {
        let head = Text::new().with("`").with(module).with("` lacks tasks that `").with(interface.name);
        panic_with(&head.with("` declares: ").with(listed.as_str()));
    }
}

/// A missing method, with what was probably meant, or else its parameters.
const fn told(text: Text, interface: &InterfaceInfo, method: &MethodInfo, tasks: &[&str]) -> Text {
    match meant(interface, method, tasks) {
        Some(near) => text.with("`").with(method.name).with("` (did you mean `").with(near).with("`?)"),
        None => signature(text.with("`"), method).with("`"),
    }
}

/// The nearest of those tasks that belong to no other method.
const fn meant<'a>(interface: &InterfaceInfo, method: &MethodInfo, tasks: &[&'a str]) -> Option<&'a str> {
    let mut best = None;
    let mut least = usize::MAX;
    let mut rest = tasks;
    while let [task, others @ ..] = rest {
        if let (Some(difference), None) = (difference(method.name, task), interface.method(task))
            && difference < least
        {
            best = Some(*task);
            least = difference;
        }
        rest = others;
    }
    best
}

/// Compiles if the interface has this version.
///
/// # Panics
///
/// It has another.
#[track_caller]
pub const fn same_version(interface: &InterfaceInfo, version: u32) {
    if interface.version != version {
        let there = Text::new().with("`").with(interface.name).with("` has version ");
        let there =
            there.with_number(interface.version as usize).with(", not ").with_number(version as usize);
        panic_with(&there.with("; see what has changed, then write the version that it has"));
    }
}

/// Compiles if the task belongs to no method, or takes as many parameters.
///
/// # Panics
///
/// It takes more or fewer.
#[track_caller]
pub const fn takes(interface: &InterfaceInfo, task: &str, parameters: usize) {
    let Some(method) = interface.method(task) else { return };
    if method.parameters.len() != parameters {
        let declared = Text::new().with("`").with(interface.name).with("` declares `");
        panic_with(&signature(declared, method).with("`; take the same parameters here"));
    }
}

/// Compiles if the task belongs to no method, or this parameter has the name that it has there.
///
/// # Panics
///
/// It has another. Where there are more or fewer parameters, that alone is said.
#[track_caller]
pub const fn parameter(interface: &InterfaceInfo, task: &str, parameters: &[&str], place: usize) {
    let Some(method) = interface.method(task) else { return };
    if method.parameters.len() != parameters.len() || same(method.parameters[place].name, parameters[place]) {
        return;
    }
    let declared = Text::new().with("`").with(interface.name).with("` declares `");
    let declared = signature(declared, method).with("`; ");
    let advice = if has_parameter(method, parameters[place]) {
        declared.with("keep that order")
    } else {
        declared.with("call this one `").with(method.parameters[place].name).with("`")
    };
    panic_with(&advice);
}

/// `set_level(level: u8, fade: u16)`
const fn signature(text: Text, method: &MethodInfo) -> Text {
    let mut text = text.with(method.name).with("(");
    let mut rest = method.parameters;
    while let [parameter, others @ ..] = rest {
        text = text.with(parameter.name).with(": ").with(parameter.type_name);
        text = if others.is_empty() { text } else { text.with(", ") };
        rest = others;
    }
    text.with(")")
}

const fn has_parameter(method: &MethodInfo, name: &str) -> bool {
    let mut rest = method.parameters;
    while let [parameter, others @ ..] = rest {
        if same(parameter.name, name) {
            return true;
        }
        rest = others;
    }
    false
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut rest = names;
    while let [first, others @ ..] = rest {
        if same(first, name) {
            return true;
        }
        rest = others;
    }
    false
}

#[track_caller]
#[expect(clippy::panic, reason = "evaluated by the compiler only, which shows this where the caller stands")]
const fn panic_with(message: &Text) -> ! {
    panic!("{}", message.as_str())
}
