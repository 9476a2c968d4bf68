//! What a module says that it implements, compared with the interface by name while the compiler evaluates constants.
//!
//! Each function stands where the complaint is to be shown, and panics with it: the compiler has no other way to say one.

use crate::address::constant::{Near, Text, contains, same};
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
pub const fn has_all(interface: &InterfaceInfo, module: &str, tasks: &[&'static str]) {
    let mut lacking = 0;
    let mut message =
        Text::new().name(module).add(" lacks tasks that ").name(interface.name).add(" declares: ");
    let mut rest = interface.methods;
    while let [method, others @ ..] = rest {
        if !contains(tasks, method.name) {
            message = if lacking == 0 { message } else { message.add(", ") };
            message = told(message, interface, method, tasks);
            lacking += 1;
        }
        rest = others;
    }
    if lacking > 0 {
        panic_with(&message);
    }
}

/// A missing method, with what was probably meant of what belongs to no other, or else its parameters.
const fn told(text: Text, interface: &InterfaceInfo, method: &MethodInfo, tasks: &[&'static str]) -> Text {
    let mut near = Near::to(method.name);
    let mut rest = tasks;
    while let [task, others @ ..] = rest {
        near = if interface.method(task).is_none() { near.look_at(task) } else { near };
        rest = others;
    }
    match near.found() {
        Some(meant) => text.name(method.name).add(" (did you mean ").name(meant).add("?)"),
        None => signature(text, method),
    }
}

/// Compiles if the interface has this version.
///
/// # Panics
///
/// It has another.
#[track_caller]
pub const fn same_version(interface: &InterfaceInfo, version: u32) {
    if interface.version != version {
        let there = Text::new().name(interface.name).add(" has version ").number(interface.version);
        let there = there.add(", not ").number(version);
        panic_with(&there.add("; see what has changed, then write the version that it has"));
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
        panic_with(&declared(interface, method).add("; take the same parameters here"));
    }
}

/// Compiles if the task belongs to no method, or this parameter has the name that it has there.
///
/// # Panics
///
/// It has another. Where there are more or fewer parameters, that alone is said.
#[track_caller]
pub const fn same_name(interface: &InterfaceInfo, task: &str, parameters: &[&str], place: usize) {
    let Some(method) = interface.method(task) else { return };
    if method.parameters.len() != parameters.len() || same(method.parameters[place].name, parameters[place]) {
        return;
    }
    let message = declared(interface, method).add("; ");
    panic_with(&if has_parameter(method, parameters[place]) {
        message.add("keep that order")
    } else {
        message.add("call this one ").name(method.parameters[place].name)
    });
}

const fn declared(interface: &InterfaceInfo, method: &MethodInfo) -> Text {
    signature(Text::new().name(interface.name).add(" declares "), method)
}

/// `set_level(level: u8, fade: u16)`
const fn signature(text: Text, method: &MethodInfo) -> Text {
    let mut text = text.add("`").add(method.name).add("(");
    let mut rest = method.parameters;
    while let [parameter, others @ ..] = rest {
        text = text.add(parameter.name).add(": ").add(parameter.type_name);
        text = if others.is_empty() { text } else { text.add(", ") };
        rest = others;
    }
    text.add(")`")
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

#[track_caller]
#[expect(clippy::panic, reason = "evaluated by the compiler only, which shows this where the caller stands")]
const fn panic_with(message: &Text) -> ! {
    panic!("{}", message.text())
}
