//! A page to read.

use super::summary;
use crate::description::{
    Description, EventDescription, HandlerDescription, HeardBy, ModuleDescription, ParameterDescription,
    TaskDescription,
};
use crate::provider::{RouteInfo, RouteOf};
use crate::supervision::Policy;

impl Description {
    /// A page of Markdown: every module with its tasks and handlers, every event, all connections, what goes to other processes, and all lints.
    ///
    /// Documentation stands in block quotes as it was written, so that nothing in it reaches beyond its own.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut page = Page::default();
        page.block(&format!("# {}", one_line(&self.title)));
        page.block(&format!("Version {}", one_line(&self.version)));
        self.modules.iter().for_each(|module| page.module(module));
        if !self.events.is_empty() {
            page.block("## Events");
            self.events.iter().for_each(|event| page.event(event));
        }
        if !self.connections.is_empty() {
            page.block("## Connections");
            let wires = self.connections.iter();
            page.list(wires.map(|wire| {
                let how = if wire.positional { ", fields in order" } else { "" };
                format!("{} → {}{how}", code(&wire.from), code(&wire.to))
            }));
        }
        if !self.routes.is_empty() {
            page.block("## Other processes");
            page.list(self.routes.iter().map(route));
        }
        if !self.lints.is_empty() {
            page.block("## Lints");
            page.list(self.lints.iter().map(|lint| one_line(&lint.to_string())));
        }
        page.0
    }
}

fn route(route: &RouteInfo) -> String {
    let RouteInfo { of, via, group, durable, here, .. } = route;
    let what = match of {
        RouteOf::Event(event) => format!("event {}", code(event)),
        RouteOf::Module(module) if *here => format!("module {}, which is here", code(module)),
        RouteOf::Module(module) => format!("module {}, which is there", code(module)),
    };
    let durable = if *durable { ", durable" } else { "" };
    let group = group.as_ref().map(|group| format!(", in the group {}", code(group))).unwrap_or_default();
    format!("{what}, via {}{durable}{group}", code(via))
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn block(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn quote(&mut self, documentation: &str) {
        let documentation = documentation.trim();
        if !documentation.is_empty() {
            let lines = documentation.lines().map(|line| format!("> {line}").trim_end().to_owned());
            self.block(&lines.collect::<Vec<_>>().join("\n"));
        }
    }

    fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let items: Vec<String> = items.into_iter().map(|item| format!("- {item}")).collect();
        if !items.is_empty() {
            self.block(&items.join("\n"));
        }
    }

    fn table<const N: usize>(&mut self, head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        let rows: Vec<String> = rows.into_iter().map(|row| line(&row)).collect();
        if !rows.is_empty() {
            let head = [line(&head), line(&["---"; N])];
            self.block(&head.into_iter().chain(rows).collect::<Vec<_>>().join("\n"));
        }
    }

    fn module(&mut self, module: &ModuleDescription) {
        let ModuleDescription { name, type_name, phase, event_loop, policy, config, emits, .. } = module;
        self.block(&format!("## {}", code(name)));
        self.quote(&module.documentation);
        let way = if module.concurrent { ", concurrent" } else { "" };
        let thread = if module.thread { ", a thread of its own" } else { "" };
        let emits: Vec<String> = emits.iter().map(|event| code(event)).collect();
        let facts = [
            Some(format!("type {}, {phase}{way}", code(type_name))),
            Some(format!("event loop {}{thread}", code(event_loop))),
            Some(format!("after a panic {}", consequence(policy))),
            config
                .as_ref()
                .map(|config| format!("section {} of type {}", code(name), code(&config.type_name))),
            (!emits.is_empty()).then(|| format!("sends {}", emits.join(", "))),
            Some(format!("declared at {}", module.location)),
        ];
        self.list(facts.into_iter().flatten());
        module.tasks.iter().for_each(|task| self.task(task));
        self.handlers(&module.handlers);
    }

    fn task(&mut self, task: &TaskDescription) {
        let TaskDescription { address, result, error, timeout, location, .. } = task;
        self.block(&format!("### {}", code(address)));
        self.quote(&task.documentation);
        self.table(["parameter", "type", "default"], task.parameters.iter().map(parameter));
        let facts = [
            (result != "()").then(|| format!("gives {}", code(result))),
            error.as_ref().map(|error| format!("fails with {}", code(error))),
            timeout.map(|timeout| format!("waits for {}", crate::config::duration::format(timeout))),
            task.local.then(|| "for stubs only".to_owned()),
            Some(format!("declared at {location}")),
        ];
        self.list(facts.into_iter().flatten());
    }

    fn handlers(&mut self, handlers: &[HandlerDescription]) {
        let rows = handlers.iter().map(|handler| {
            let HandlerDescription { method, hears, by, documentation, .. } = handler;
            [cell(&code(method)), cell(&code(hears)), word(*by).to_owned(), cell(&summary(documentation))]
        });
        self.table(["handler", "hears", "by", "what it does"], rows);
    }

    fn event(&mut self, event: &EventDescription) {
        self.block(&format!("### {}", code(&event.name)));
        self.quote(event.documentation());
        let fields = event.fields.iter();
        self.table(
            ["field", "type"],
            fields.map(|field| [cell(&code(&field.name)), cell(&code(&field.type_name))]),
        );
        let emitters = event.emitters.iter().map(|emitter| code(&emitter.module));
        let listeners = event.listeners.iter().map(|listener| {
            let of = listener.from.as_ref().map_or_else(String::new, |from| format!(" of {}", code(from)));
            format!(
                "{} by {}{of}",
                code(&format!("{}.{}", listener.module, listener.method)),
                word(listener.by)
            )
        });
        self.list([named("sent by", emitters), named("heard by", listeners)].into_iter().flatten());
    }
}

fn consequence(policy: &Policy) -> String {
    match policy {
        Policy::Report => "it goes on".to_owned(),
        Policy::Restart(restart) => format!("it is made again, {restart}"),
        Policy::Exit => "the application ends".to_owned(),
    }
}

fn named(what: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
}

fn parameter(parameter: &ParameterDescription) -> [String; 3] {
    let ParameterDescription { name, type_name, required, default, .. } = parameter;
    let default = match default {
        Some(default) => cell(&code(default)),
        None if *required => "required".to_owned(),
        None => String::new(),
    };
    [cell(&code(name)), cell(&code(type_name)), default]
}

const fn word(by: HeardBy) -> &'static str {
    match by {
        HeardBy::Type => "type",
        HeardBy::Name => "name",
        HeardBy::Pattern => "pattern",
        HeardBy::Connection => "connection",
    }
}

fn line(cells: &[impl AsRef<str>]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |", cells.join(" | "))
}

/// What stands in a table may hold no line, whatever else it is.
fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text as it is, between more backticks than it has in a row.
fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}
