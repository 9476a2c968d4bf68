//! One application for each code.

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled::{FaultCode, LintCode, LoopOptions};

use crate::modules::{Clock, Display, Door, Ear, Guard, Lamp, Night, Panel, Thief, north, south};

/// An application that has a fault of this code.
pub struct Case {
    pub code: FaultCode,
    pub builder: fn() -> AppBuilder,
}

fn case(code: FaultCode, builder: fn() -> AppBuilder) -> Case {
    Case { code, builder }
}

fn file(text: &str) -> AppBuilder {
    App::builder().partial().config(Config::parse(text, "config.yaml").unwrap())
}

fn in_code() -> AppBuilder {
    App::builder().partial().module("door", Door)
}

pub fn cases() -> Vec<Case> {
    let all = [modules(), configuration(), loops(), events()];
    all.into_iter().flatten().collect()
}

fn modules() -> Vec<Case> {
    vec![
        case(FaultCode::ModuleName, || in_code().module("front door", Door)),
        case(FaultCode::UnknownType, || file("looselycoupled:\n  modules: { hall_lamp: Lmap }\n")),
        case(FaultCode::AmbiguousType, || file("looselycoupled:\n  modules: { window: Blind }\n")),
        case(FaultCode::ListedTwice, || in_code().module("door", Door)),
        case(FaultCode::NoConstructor, || file("looselycoupled:\n  modules: { vault: Vault }\n")),
        case(FaultCode::Constructor, || file("looselycoupled:\n  modules: { safe: Safe }\n")),
        case(FaultCode::NotListed, || App::builder().module("hall_lmap", Door)),
        case(FaultCode::OtherType, || App::builder().module("hall_lamp", Door)),
        case(FaultCode::NoTarget, || in_code().module("guard", Guard)),
        case(FaultCode::NotImplemented, || in_code().module("night", Night)),
    ]
}

fn configuration() -> Vec<Case> {
    vec![
        case(FaultCode::UnknownKey, || file_with_lamp("{ max_levl: 80, max_level: 80 }")),
        case(FaultCode::MissingKey, || file_with_lamp("{ }")),
        case(FaultCode::Value, || file_with_lamp("{ max_level: bright }")),
        case(FaultCode::DuplicateKey, || App::builder().partial().config_file("tests/error_page/twice.yaml")),
        case(FaultCode::Syntax, || App::builder().partial().config_file("tests/error_page/broken.yaml")),
        case(FaultCode::Unreadable, || App::builder().partial().config_file("tests/error_page")),
        case(FaultCode::ForeignSection, || {
            file("looselycoupled:\n  modules: { door: Door }\ndoo: { width: 3 }\n")
        }),
        case(FaultCode::UnreadSection, || {
            file("looselycoupled:\n  modules: { door: Door }\ndoor: { width: 3 }\n")
        }),
        case(FaultCode::Setting, || in_code().exception_file("no_such_folder/exceptions.log")),
    ]
}

fn file_with_lamp(section: &str) -> AppBuilder {
    file(&format!("looselycoupled:\n  modules: {{ hall_lamp: Lamp }}\nhall_lamp: {section}\n"))
}

fn loops() -> Vec<Case> {
    vec![
        case(FaultCode::LoopName, || App::builder().partial().module_on("the bus", "door", Door)),
        case(FaultCode::SharedName, || in_code().module_on("door", "gate", Door)),
        case(FaultCode::EmptyLoop, || in_code().event_loop("doo", LoopOptions::new().tasks(10))),
        case(FaultCode::NoRoom, || in_code().event_loop("door", LoopOptions::new().tasks(0))),
        case(FaultCode::ConcurrentOnShared, || App::builder().partial().module_on("bus", "clock", Clock)),
        case(FaultCode::NothingOverlaps, || in_code().event_loop("door", LoopOptions::new().concurrency(4))),
        case(FaultCode::NoThread, || {
            let panel = App::builder().partial().module_pinned("io", "panel", Panel::default);
            panel.event_loop("io", LoopOptions::new().thread(false))
        }),
        case(FaultCode::ConcurrentOnThread, || {
            let clock = App::builder().partial().module("clock", Clock);
            clock.event_loop("clock", LoopOptions::new().thread(true))
        }),
        case(FaultCode::TwoLoops, || {
            let text = "looselycoupled:\n  loops: { bus: { modules: [gate] } }\n";
            file(text).module_on("rail", "gate", Door)
        }),
        case(FaultCode::NobodyToMove, || in_code().move_module("doo", "bus")),
        case(FaultCode::NobodyToRestart, || in_code().policy("doo", Policy::Exit)),
        case(FaultCode::NoFactory, || in_code().policy("door", Policy::Restart(Restart::default()))),
    ]
}

fn events() -> Vec<Case> {
    vec![
        case(FaultCode::TwoEventTypes, || {
            App::builder().partial().module("watch", north::Watch).module("guard", south::Guard)
        }),
        case(FaultCode::EventName, || App::builder().partial().module("ear", Ear)),
        case(FaultCode::Connection, || {
            let text = "looselycoupled:\n  connections: [ { from: hall_lamp/level_chnged, to: door.open } ]\n\
                        hall_lamp: { max_level: 80 }\n";
            file(text).module("hall_lamp", Lamp).module("door", Door)
        }),
        case(FaultCode::Route, || {
            file(
                "looselycoupled:\n  providers: { home: { kind: local, name: house } }\n  \
                  routes: [ { event: motion, via: hoem } ]\n",
            )
        }),
        case(FaultCode::Provider, || {
            file("looselycoupled:\n  providers: { home: { kind: locl, name: house } }\n")
        }),
    ]
}

/// An application that has a lint of each code.
pub fn lint_cases() -> Vec<(LintCode, fn() -> AppBuilder)> {
    vec![
        (LintCode::Unsent, || whole().module("display", Display)),
        (LintCode::Unheard, || whole().module("display", Display)),
        (LintCode::LeadsNowhere, || whole().module("door", Door).module("thief", Thief)),
        (LintCode::OtherStub, || whole().module("door", Door).module("thief", Thief)),
    ]
}

/// All that `app!` names.
fn whole() -> AppBuilder {
    let config = Config::parse("hall_lamp: { max_level: 80 }", "config.yaml").unwrap();
    App::builder().config(config).module("hall_lamp", Lamp)
}
