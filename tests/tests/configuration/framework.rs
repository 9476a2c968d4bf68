//! What is wrong in the framework's own section is refused with its place.

use looselycoupled::prelude::*;

use super::{Bell, Reader, config, fault, faults, lamp, reader};

#[tokio::test]
async fn a_mistake_in_the_frameworks_own_section_is_refused() {
    let text = "hall: { max_level: 1 }\nlooselycoupled:\n  blocking_thread: 3\n";
    let message = fault(lamp(text)).await;
    assert!(message.contains("unknown key `blocking_thread` in section `looselycoupled`"), "{message}");
    assert!(message.contains("did you mean `blocking_threads`?"), "{message}");
}

#[tokio::test]
async fn all_mistakes_in_the_frameworks_own_section_are_told_at_once() {
    let text = "\
looselycoupled:
  modules:
    hall: { type: Lamp, loop: [bus] }
    porch: { loop: bus }
    attic: { type: Lmap, polcy: exit, policy: exti }
  loops:
    bus: { tasks: { capacity: many, overflow: rejct }, evnts: {}, fairnes: 2 }
    reader: { events: { capacity: 7, overflow: none }, concurrency: -1 }
  blocking_threads: few
  shutdown_deadlin: 3s
  default_timeuot: 25
  dead_letter: 7
  exception_file: {}
hall: { max_level: 1 }
";
    let (builder, _) = reader(text);
    let faults = faults(builder).await;
    let expected = [
        (3, "`looselycoupled.modules.hall.loop` must be a text, found a list"),
        (4, "missing key `type` in section `looselycoupled.modules.porch`"),
        (5, "unknown key `polcy` in section `looselycoupled.modules.attic`"),
        (5, "`looselycoupled.modules.attic.policy` must be `report`, `restart` or `exit`, found `exti`"),
        (
            7,
            "`looselycoupled.loops.bus.tasks.capacity` must be a whole number from 0 to 18446744073709551615",
        ),
        (7, "`looselycoupled.loops.bus.tasks.overflow` must be `wait` or `reject`, found `rejct`"),
        (7, "unknown key `evnts` in section `looselycoupled.loops.bus`"),
        (7, "unknown key `fairnes` in section `looselycoupled.loops.bus`"),
        (
            8,
            "`looselycoupled.loops.reader.events.overflow` must be `drop_newest` or `drop_oldest`, found `none`",
        ),
        (8, "`looselycoupled.loops.reader.concurrency` must be a whole number"),
        (9, "`looselycoupled.blocking_threads` must be a whole number"),
        (10, "unknown key `shutdown_deadlin` in section `looselycoupled`"),
        (11, "unknown key `default_timeuot` in section `looselycoupled`"),
        (12, "unknown key `dead_letter` in section `looselycoupled`"),
        (13, "`looselycoupled.exception_file` must be"),
        (5, "no module type `Lmap` is registered"),
    ];
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, (line, start)) in faults.iter().zip(expected) {
        assert!(fault.starts_with(start), "{start}: {fault}");
        assert!(fault.contains(&format!("--> home.yaml:{line}:")), "{fault}");
    }
    for near in [
        "policy",
        "exit",
        "reject",
        "events",
        "fairness",
        "shutdown_deadline",
        "default_timeout",
        "dead_letters",
        "Lamp",
    ] {
        assert!(
            faults.iter().any(|fault| fault.ends_with(&format!("did you mean `{near}`?"))),
            "{near}: {faults:#?}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_listed_module_is_told_with_its_place() {
    let text = "looselycoupled:\n  modules:\n    wide: { type: Wide, loop: bus }\n    looselycoupled: Wide\n    bus: Bell\n";
    let faults = faults(App::builder().config(config(text))).await;
    let expected = [
        (4, 5, "a module cannot be called `looselycoupled`"),
        (3, 31, "module `wide` is on the shared loop `bus`, but `Wide` is concurrent"),
        (5, 5, "`bus` is the name of a module and of a shared loop"),
    ];
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, (line, column, start)) in faults.iter().zip(expected) {
        assert!(fault.starts_with(start), "{start}: {fault}");
        assert!(fault.contains(&format!("--> home.yaml:{line}:{column}\n")), "{fault}");
    }
}

#[tokio::test]
async fn a_policy_for_a_module_that_does_not_exist_is_refused() {
    let builder = App::builder().module("reader", Reader::default()).policy("readr", Policy::Exit);
    let message = fault(builder).await;
    assert_eq!(message, "a policy is set for module `readr`, which does not exist; did you mean `reader`?");
}

#[tokio::test]
async fn levels_of_the_log_that_cannot_be_read_are_refused_with_their_place() {
    let message = fault(reader("looselycoupled:\n  log: 'a=[['\n").0).await;
    assert!(message.starts_with("`looselycoupled.log` cannot be read: "), "{message}");
    assert!(message.contains("\n --> home.yaml:2:8\n"), "{message}");
}

#[tokio::test]
async fn an_exception_file_in_a_folder_that_does_not_exist_is_refused() {
    let absent = std::env::temp_dir().join(format!("looselycoupled_absent_{}", std::process::id()));
    let file = absent.join("exceptions.log");
    let said = format!(
        "the exception file `{}` cannot be written: there is no folder `{}`; make it first",
        file.display(),
        absent.display()
    );
    let text = format!("looselycoupled:\n  exception_file: '{}'\n", file.display());
    let message = fault(reader(&text).0).await;
    assert!(message.starts_with(&format!("{said}\n --> home.yaml:2:19\n")), "{message}");
    let in_code = App::builder().module("bell", Bell).exception_file(&file);
    assert_eq!(fault(in_code).await, said);
    let here = App::builder().module("bell", Bell).exception_file("no_folder_no_fault.log");
    assert!(here.start().await.is_ok());
}

#[tokio::test]
async fn of_very_many_faults_of_a_kind_the_rest_are_counted() {
    let sections: String = (0..130).map(|number| format!("s{number}: {{}}\n")).collect();
    let loops: String =
        (0..130).map(|number| format!("    l{number}: {{ tasks: {{ capacity: 2 }} }}\n")).collect();
    let text = format!("{sections}looselycoupled:\n  modules: {{ bell: Bell }}\n  loops:\n{loops}");
    let faults = faults(App::builder().config(config(&text))).await;
    assert_eq!(faults.len(), 202, "{faults:#?}");
    assert_eq!(faults[100], "… and 30 more sections that belong to no module");
    assert_eq!(faults[201], "… and 30 more loops that have settings, but no module is on them");
}

#[tokio::test]
async fn of_very_many_modules_of_an_unknown_type_the_first_hundred_are_told() {
    let modules: String = (0..130).map(|number| format!("m{number}: Unknown, ")).collect();
    let text = format!("looselycoupled: {{ modules: {{ {modules} }} }}\n");
    let faults = faults(App::builder().config(config(&text))).await;
    assert_eq!(faults.len(), 101, "{faults:#?}");
    assert!(faults[99].contains("--> home.yaml:1:1"), "{}", faults[99]);
    assert_eq!(faults[100], "… and 30 more modules of a type that is not registered");
}

#[tokio::test]
async fn of_very_many_wrong_sections_the_first_hundred_are_told() {
    let modules: String = (0..130).map(|number| format!("m{number}: Lamp, ")).collect();
    let sections: String = (0..130).map(|number| format!("m{number}: {{ max_level: much }}\n")).collect();
    let text = format!("{sections}looselycoupled: {{ modules: {{ {modules} }} }}\n");
    let faults = faults(App::builder().config(config(&text))).await;
    assert_eq!(faults.len(), 101, "{faults:#?}");
    assert!(faults[99].contains("--> home.yaml:100:"), "{}", faults[99]);
    assert_eq!(faults[100], "… and 30 more values that are not what their readers ask for");
}
