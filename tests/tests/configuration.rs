//! Configuration as modules and the framework read it, and what is refused before the start.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unused_self,
    reason = "handlers that fail fail their test"
)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, EventOverflow, LoopOptions, Overflow};
use looselycoupled_tests::{Gate, Overlap, begin, quiet, settle, within};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct LampConfig {
    max_level: u8,
    #[serde(default)]
    colours: Vec<String>,
    #[serde(default)]
    fading: bool,
}

#[derive(Debug, Default)]
struct Lamp;

#[module(config = LampConfig)]
impl Lamp {
    #[task]
    fn max_level(&self, ctx: &Context) -> u8 {
        ctx.config::<Self>().max_level
    }

    #[task]
    fn colours(&self, ctx: &Context) -> Vec<String> {
        ctx.config::<Self>().colours.clone()
    }

    #[task]
    fn fading(&self, ctx: &Context) -> bool {
        ctx.config::<Self>().fading
    }
}

/// Reads single settings.
#[derive(Debug, Clone, Default)]
struct Reader {
    gate: Gate,
    overlap: Overlap,
    strengths: Arc<Mutex<Vec<u8>>>,
}

#[module]
impl Reader {
    #[task]
    fn number(&self, ctx: &Context, path: String) -> Result<Option<u16>> {
        Ok(ctx.setting(&path)?)
    }

    #[task]
    fn text(&self, ctx: &Context, path: String) -> Result<Option<String>> {
        Ok(ctx.setting(&path)?)
    }

    #[task]
    fn remember(&mut self, ctx: &Context, value: u16) -> Result<()> {
        let path = format!("{}.remembered", ctx.name());
        Ok(ctx.with_config(|config| config.set(&path, value))?)
    }

    #[task]
    async fn hold(&mut self) {
        let _inside = self.overlap.enter();
        self.gate.pass().await;
    }

    #[task(blocking)]
    fn hold_blocking(&mut self) {
        let _inside = self.overlap.enter();
        self.gate.pass_blocking();
    }

    #[task]
    fn fall(&mut self) {
        panic!("on purpose");
    }

    #[on_event]
    fn on_tick(&mut self, strength: u8) {
        self.strengths.lock().unwrap().push(strength);
    }
}

/// Overlaps.
#[derive(Debug, Clone, Default)]
struct Wide {
    gate: Gate,
    overlap: Overlap,
}

#[module(concurrent)]
impl Wide {
    #[task]
    async fn hold(&self) {
        let _inside = self.overlap.enter();
        self.gate.pass().await;
    }
}

fn config(text: &str) -> Config {
    Config::parse(text, "home.yaml").unwrap()
}

fn lamp(text: &str) -> AppBuilder {
    App::builder().module("hall", Lamp).config(config(text))
}

async fn faults(builder: AppBuilder) -> Vec<String> {
    match builder.start().await {
        Err(StartError::Check(faults)) => faults.into_iter().map(|fault| fault.message).collect(),
        other => panic!("not refused by the check: {other:?}"),
    }
}

async fn fault(builder: AppBuilder) -> String {
    let mut faults = faults(builder).await;
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.remove(0)
}

/// A file in a folder of its own, gone when dropped.
struct TempFile(PathBuf);

impl TempFile {
    fn new(text: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir()
            .join(format!("looselycoupled_configuration_{}_{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("config.yaml");
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(self.0.parent().unwrap());
    }
}

#[tokio::test]
async fn an_instance_reads_the_section_of_its_name_by_type() {
    let text = "hall: { max_level: 80, colours: [red, on], fading: on }\nattic: { max_level: 20 }\n";
    let app = lamp(text).module("attic", Lamp).start().await.unwrap();
    let hall: LampStub = app.handle().stub("hall").unwrap();
    let attic: LampStub = app.handle().stub("attic").unwrap();
    assert_eq!((hall.max_level().await.unwrap(), attic.max_level().await.unwrap()), (80, 20));
    assert_eq!(hall.colours().await.unwrap(), ["red", "on"]);
    assert!(hall.fading().await.unwrap());
}

#[tokio::test]
async fn an_unknown_key_is_refused_with_its_line_and_the_nearest() {
    let message = fault(lamp("hall:\n  max_level: 80\n  colurs: [red]\n")).await;
    assert!(message.contains("unknown key `colurs` in section `hall`"), "{message}");
    assert!(message.contains("home.yaml:3:3"), "{message}");
    assert!(message.contains("did you mean `colours`?"), "{message}");
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused_with_its_line() {
    let message = fault(lamp("hall:\n  max_level: bright\n")).await;
    assert!(message.contains("`hall.max_level` must be"), "{message}");
    assert!(message.contains("home.yaml:2:14"), "{message}");
}

#[tokio::test]
async fn a_missing_key_is_refused_with_its_section() {
    let message = fault(lamp("hall:\n  fading: true\n")).await;
    assert!(message.contains("missing key `max_level` in section `hall`"), "{message}");
    assert!(message.contains("home.yaml:"), "{message}");
}

#[tokio::test]
async fn a_section_that_belongs_to_no_module_is_refused_with_the_nearest() {
    let message = fault(lamp("hall: { max_level: 1 }\nhal: { max_level: 2 }\n")).await;
    let expected = "\
section `hal` belongs to no module
 --> home.yaml:2:1
  |
2 | hal: { max_level: 2 }
  | ^^^ did you mean `hall`?";
    assert_eq!(message, expected);
    let message = fault(lamp("hall: { max_level: 1 }\ngarage: {}\n")).await;
    let expected = "\
section `garage` belongs to no module
 --> home.yaml:2:1
  |
2 | garage: {}
  | ^^^^^^ sections are named like module instances; one for notes and anchors is called `x-…`";
    assert_eq!(message, expected);
}

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
async fn all_wrong_values_of_a_section_are_told_at_once() {
    let faults = faults(lamp("hall:\n  max_level: bright\n  colours: [red, {}]\n  fading: maybe\n")).await;
    let starts = ["`hall.max_level` must be", "`hall.colours.1` must be", "`hall.fading` must be"];
    assert_eq!(faults.len(), starts.len(), "{faults:#?}");
    for (fault, start) in faults.iter().zip(starts) {
        assert!(fault.starts_with(start) && fault.contains("--> home.yaml:"), "{fault}");
    }
}

/// Has no configuration, and keeps its context to itself.
#[derive(Debug, Default)]
struct Bell;

#[module]
impl Bell {
    #[task]
    fn ring(&self, ctx: &Context) -> String {
        ctx.name().to_owned()
    }
}

fn bell(text: &str) -> AppBuilder {
    App::builder().config(config(&format!("{text}looselycoupled: {{ modules: {{ bell: Bell }} }}\n")))
}

#[tokio::test]
async fn a_section_that_its_module_does_not_read_is_refused_with_its_keys() {
    let expected = "\
nobody reads section `bell`: `Bell` has no configuration for `volume` (line 2), `tune` (line 3)
 --> home.yaml:1:1
  |
1 | bell:
  | ^^^^ write `#[module(config = BellConfig)]`, with a struct that has these keys as fields";
    assert_eq!(fault(bell("bell:\n  volume: 3\n  tune: { notes: [c, d] }\n")).await, expected);
    let message = fault(bell("bell: loud\n")).await;
    assert!(
        message.starts_with("nobody reads section `bell`: `Bell` has no configuration for its value"),
        "{message}"
    );
}

#[tokio::test]
async fn code_may_read_a_section_for_the_module_that_it_makes() {
    let text = "bell: { volume: 3 }\n";
    let in_hand = App::builder().module("bell", Bell).config(config(text));
    assert!(in_hand.start().await.is_ok(), "whoever made the bell may have looked");
    let file = TempFile::new(text);
    let message = fault(App::builder().module("bell", Bell).config_file(&file.0)).await;
    assert!(
        message.starts_with("nobody reads section `bell`: `Bell` has no configuration for `volume` (line 1)"),
        "{message}"
    );
}

#[tokio::test]
async fn a_section_that_says_nothing_needs_no_reader() {
    for text in ["bell:\n", "bell: {}\n", "bell: null\n", ""] {
        assert!(bell(text).start().await.is_ok(), "{text:?}");
    }
}

#[tokio::test]
async fn what_a_misspelt_section_would_give_is_not_missed_as_well() {
    let message = fault(lamp("hal: { max_level: 80 }\n")).await;
    assert!(message.starts_with("section `hal` belongs to no module\n --> home.yaml:1:1"), "{message}");
    assert!(message.ends_with("did you mean `hall`?"), "{message}");
    // What does not follow from that is told.
    let both = faults(lamp("hal: { max_level: 80 }\n").module("attic", Lamp)).await;
    assert_eq!(both.len(), 2, "{both:#?}");
    assert!(both[1].starts_with("missing key `max_level` in section `attic`"), "{both:#?}");
    let garage = faults(lamp("garage: { max_level: 80 }\n")).await;
    assert_eq!(garage.len(), 2, "{garage:#?}");
    let own = faults(lamp("hal: { max_level: 80 }\nhall: {}\n")).await;
    assert_eq!(own.len(), 2, "{own:#?}");
}

#[tokio::test]
async fn sections_for_notes_and_anchors_are_free() {
    let text = "x-common: &common { max_level: 70 }\nhall: *common\n";
    let app = lamp(text).start().await.unwrap();
    assert_eq!(app.handle().stub::<LampStub>("hall").unwrap().max_level().await.unwrap(), 70);
}

fn reader(text: &str) -> (AppBuilder, Reader) {
    let reader = Reader::default();
    (App::builder().module("reader", reader.clone()).config(config(text)), reader)
}

#[tokio::test]
async fn the_bounds_of_a_loop_come_from_the_file_and_code_wins() {
    let text = "looselycoupled:\n  loops:\n    reader: { tasks: { capacity: 2, overflow: reject }, events: { capacity: 7, overflow: drop_newest } }\n";
    let (builder, reader) = reader(text);
    let app = builder.event_loop("reader", LoopOptions::new().events(9)).start().await.unwrap();
    let handle = app.handle();
    assert_eq!(handle.statistics().loops[0].capacity, (2, 9));
    handle.enqueue_task("reader.hold", args! {}).await.unwrap();
    reader.gate.reached(1).await;
    let mut refused = None;
    for _ in 0..5 {
        refused = refused.or(handle.enqueue_task("reader.hold", args! {}).await.err());
    }
    let Some(Error::Call(error)) = refused else { panic!("five found room: {refused:?}") };
    assert!(matches!(*error, CallError::QueueFull { .. }), "{error}");
    reader.gate.open();
    settle(&app).await;
}

#[tokio::test]
async fn which_event_goes_comes_from_the_file_and_code_wins() {
    let text = "looselycoupled: { loops: { reader: { events: { capacity: 1, overflow: drop_oldest } } } }";
    let newest = LoopOptions::new().event_overflow(EventOverflow::DropNewest);
    for (options, heard) in [(LoopOptions::new(), 2), (newest, 1)] {
        let (builder, reader) = reader(text);
        let app = builder.event_loop("reader", options).start().await.unwrap();
        app.handle().enqueue_task("reader.hold", args! {}).await.unwrap();
        reader.gate.reached(1).await;
        for strength in [1, 2] {
            app.handle().trigger_event("tick", args! { strength }).await.unwrap();
        }
        reader.gate.open();
        settle(&app).await;
        assert_eq!(*reader.strengths.lock().unwrap(), [heard]);
    }
}

#[tokio::test]
async fn the_turns_of_lower_priorities_come_from_the_file_and_code_wins() {
    let text = "looselycoupled: { loops: { reader: { fairness: 1 } } }";
    for (options, heard) in
        [(LoopOptions::new(), [1, 4, 2, 3]), (LoopOptions::new().fairness(0), [1, 2, 3, 4])]
    {
        let (builder, reader) = reader(text);
        let app = builder.event_loop("reader", options).start().await.unwrap();
        app.handle().enqueue_task("reader.hold", args! {}).await.unwrap();
        reader.gate.reached(1).await;
        for strength in [1, 2, 3] {
            app.handle().trigger_event("tick", args! { strength }).await.unwrap();
        }
        app.handle().trigger_event("tick", args! { strength: 4 }).priority(Priority::Low).await.unwrap();
        reader.gate.open();
        settle(&app).await;
        assert_eq!(*reader.strengths.lock().unwrap(), heard);
    }
}

#[tokio::test]
async fn without_a_word_there_is_much_room() {
    let app = App::builder().module("reader", Reader::default()).start().await.unwrap();
    assert_eq!(app.handle().statistics().loops[0].capacity, (65_536, 65_536));
}

#[tokio::test]
async fn the_limit_of_a_concurrent_module_comes_from_the_file() {
    let wide = Wide::default();
    let text = "looselycoupled: { loops: { wide: { concurrency: 2 } } }";
    let app = App::builder().module("wide", wide.clone()).config(config(text)).start().await.unwrap();
    for _ in 0..5 {
        app.handle().enqueue_task("wide.hold", args! {}).await.unwrap();
    }
    wide.gate.reached(2).await;
    wide.gate.open();
    settle(&app).await;
    assert_eq!((wide.overlap.most(), wide.overlap.ever()), (2, 5));
}

#[tokio::test]
async fn a_bound_for_a_loop_that_does_not_exist_is_refused_with_the_nearest() {
    let (builder, _) = reader("looselycoupled: { loops: { raeder: { tasks: { capacity: 2 } } } }");
    let expected = "\
loop `raeder` is bounded, but no module is on it
 --> home.yaml:1:28
  |
1 | looselycoupled: { loops: { raeder: { tasks: { capacity: 2 } } } }
  |                            ^^^^^^ did you mean `reader`?";
    assert_eq!(fault(builder).await, expected);
    let builder = App::builder().module_on("bus", "reader", Reader::default());
    let message = fault(builder.event_loop("buss", LoopOptions::new())).await;
    assert_eq!(message, "loop `buss` is bounded, but no module is on it; did you mean `bus`?");
}

#[tokio::test]
async fn a_limit_of_overlapping_for_a_sequential_module_is_refused() {
    let (builder, _) = reader("looselycoupled: { loops: { reader: { concurrency: 2 } } }");
    let expected = "\
loop `reader` has a limit of overlapping handlers, but its modules are sequential
 --> home.yaml:1:38
  |
1 | looselycoupled: { loops: { reader: { concurrency: 2 } } }
  |                                      ^^^^^^^^^^^";
    assert_eq!(fault(builder).await, expected);
    let in_code = App::builder().module("reader", Reader::default());
    let message = fault(in_code.event_loop("reader", LoopOptions::new().concurrency(2))).await;
    assert_eq!(message, "loop `reader` has a limit of overlapping handlers, but its modules are sequential");
}

#[tokio::test]
async fn a_bound_of_a_loop_on_which_its_module_is_not_is_refused() {
    let listed = "looselycoupled:\n  modules: { bell: { type: Bell, loop: bus } }\n";
    let text = format!("{listed}  loops: {{ bell: {{ tasks: {{ capacity: 2 }} }} }}\n");
    let message = fault(App::builder().config(config(&text))).await;
    assert!(message.starts_with("loop `bell` is bounded, but no module is on it"), "{message}");
    assert!(message.contains("--> home.yaml:3:12"), "{message}");
}

#[tokio::test]
async fn a_limit_of_a_loop_whose_name_has_a_dot_is_refused_with_its_line() {
    let listed = "looselycoupled:\n  modules: { bell: { type: Bell, loop: a.b } }\n";
    let text = format!("{listed}  loops:\n    a.b: {{ concurrency: 2 }}\n");
    let message = faults(App::builder().config(config(&text))).await.remove(1);
    assert!(message.starts_with("loop `a.b` has a limit of overlapping handlers"), "{message}");
    assert!(message.contains("--> home.yaml:4:12"), "{message}");
}

#[tokio::test]
async fn a_bound_that_leaves_no_room_is_refused() {
    let text = "looselycoupled:\n  loops:\n    reader:\n      tasks: { capacity: 0 }\n      events: { capacity: 0 }\n      concurrency: 0\n";
    let faults = faults(reader(text).0).await;
    let keys = [(4, "tasks.capacity"), (5, "events.capacity"), (6, "concurrency")];
    assert_eq!(faults.len(), keys.len(), "{faults:#?}");
    for (fault, (line, key)) in faults.iter().zip(keys) {
        let expected = format!(
            "`looselycoupled.loops.reader.{key}` must be at least 1, found `0`\n --> home.yaml:{line}:"
        );
        assert!(fault.starts_with(&expected), "{fault}");
    }
    let zeros = [("tasks", LoopOptions::new().tasks(0)), ("concurrency", LoopOptions::new().concurrency(0))];
    for (option, options) in zeros {
        let builder = App::builder().module("wide", Wide::default()).event_loop("wide", options);
        let expected = format!("loop `wide` is bounded by `{option}(0)`; a bound must be at least 1");
        assert_eq!(fault(builder).await, expected);
    }
}

#[tokio::test]
async fn a_loop_is_called_like_a_module() {
    for (name, said) in [
        ("''", "empty loop name; allowed are letters, digits, `_` and `-`"),
        ("a b.ü*", "loop name `a b.ü*` has ` ` as character 2; allowed are letters, digits, `_` and `-`"),
        ("2nd", "loop name `2nd` starts with `2`; it must start with a letter or `_`"),
    ] {
        let text = format!("looselycoupled:\n  modules:\n    bell: {{ type: Bell, loop: {name} }}\n");
        let message = fault(App::builder().config(config(&text))).await;
        let expected = format!("module `bell` has no loop: {said}\n --> home.yaml:3:31\n");
        assert!(message.starts_with(&expected), "{message}");
        let in_code = App::builder().module_on(name.trim_matches('\''), "bell", Bell);
        assert_eq!(fault(in_code).await, format!("module `bell` has no loop: {said}"));
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
    assert_eq!(faults[201], "… and 30 more loops that are bounded, but no module is on them");
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
async fn an_overflow_that_does_not_exist_is_refused_with_those_there_are() {
    let text = "looselycoupled:\n  loops:\n    reader: { tasks: { overflow: rejct } }\n";
    let message = faults(reader(text).0).await.remove(0);
    assert!(message.contains("must be `wait` or `reject`, found `rejct`"), "{message}");
    assert!(message.contains("did you mean `reject`?"), "{message}");
    let _known = [Overflow::Wait, Overflow::Reject];
}

#[tokio::test]
async fn the_policy_of_a_module_comes_from_the_file() {
    quiet();
    let text = "looselycoupled: { modules: { fragile: { type: Reader, policy: exit }, sturdy: Reader } }";
    let app = App::builder().config(config(text)).start().await.unwrap();
    let handle = app.handle();
    assert!(handle.exec_task("sturdy.fall", args! {}).await.is_err());
    assert!(handle.exec_task("sturdy.number", args! { path: "a" }).await.is_ok());
    assert!(handle.exec_task("fragile.fall", args! {}).await.is_err());
    let error = within(app.shutdown()).await.unwrap_err();
    assert!(matches!(&error, AppError::Failed(what) if what.contains("fragile.fall")), "{error}");
}

#[tokio::test]
async fn a_policy_for_a_module_that_does_not_exist_is_refused() {
    let builder = App::builder().module("reader", Reader::default()).policy("readr", Policy::Exit);
    let message = fault(builder).await;
    assert_eq!(message, "a policy is set for module `readr`, which does not exist; did you mean `reader`?");
}

#[tokio::test]
async fn the_maximum_of_blocking_tasks_comes_from_the_file() {
    let first = Reader::default();
    let text = "looselycoupled: { blocking_threads: 1 }";
    let builder = App::builder().module("a", first.clone()).module("b", first.clone()).config(config(text));
    let app = builder.start().await.unwrap();
    for address in ["a.hold_blocking", "b.hold_blocking"] {
        app.handle().enqueue_task(address, args! {}).await.unwrap();
    }
    first.gate.reached(1).await;
    first.gate.open();
    settle(&app).await;
    assert_eq!((first.overlap.most(), first.overlap.ever()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_calls_that_have_none_comes_from_the_file_and_code_wins() {
    let text = "looselycoupled: { default_timeout: 25s }";
    for (code, seconds) in [(None, 25), (Some(Duration::from_secs(7)), 7)] {
        let (mut builder, _) = reader(text);
        if let Some(timeout) = code {
            builder = builder.default_timeout(timeout);
        }
        let app = builder.start().await.unwrap();
        let start = tokio::time::Instant::now();
        let error = within(app.handle().exec_task("reader.hold", args! {})).await.unwrap_err();
        assert!(matches!(error, CallError::Timeout { .. }), "{error}");
        assert_eq!(start.elapsed().as_secs(), seconds);
    }
}

#[tokio::test]
async fn how_many_dead_letters_are_kept_comes_from_the_file_and_code_wins() {
    let text = "looselycoupled: { dead_letters: 2 }";
    for (code, kept) in [(None, 2), (Some(1), 1)] {
        let (builder, _) = reader(text);
        let mut builder = builder.event_loop("reader", LoopOptions::new().events(0));
        if let Some(number) = code {
            builder = builder.dead_letters(number);
        }
        let app = builder.start().await.unwrap();
        for strength in 0..3 {
            app.handle().trigger_event("tick", args! { strength }).await.unwrap();
        }
        assert_eq!(app.handle().dead_letters().letters.len(), kept);
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_the_end_comes_from_the_file() {
    let (builder, reader) = reader("looselycoupled: { shutdown_deadline: 3s }");
    let app = builder.start().await.unwrap();
    let mut held = app.handle().exec_task("reader.hold", args! {});
    assert!(begin(&mut held).await.is_pending());
    reader.gate.reached(1).await;
    let start = tokio::time::Instant::now();
    assert!(app.shutdown().await.is_err());
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test]
async fn a_file_that_does_not_exist_is_an_empty_configuration() {
    let file = TempFile::new("");
    let absent = file.0.with_file_name("absent.yaml");
    let builder = App::builder().module("reader", Reader::default()).config_file(&absent);
    let app = builder.start().await.unwrap();
    let stub: ReaderStub = app.handle().stub("reader").unwrap();
    assert_eq!(stub.number("lines".into()).await.unwrap(), None);
    assert!(!absent.exists(), "reading makes no file");
}

#[tokio::test]
async fn a_file_that_is_no_yaml_is_refused_with_its_place() {
    let file = TempFile::new("reader: { lines: [1, 2\nother: 3\n");
    let builder = App::builder().module("reader", Reader::default()).config_file(&file.0);
    // Bounds and policies may belong to modules in that file.
    let builder = builder.event_loop("door", LoopOptions::new()).policy("door", Policy::Exit);
    let message = fault(builder).await;
    assert!(message.contains("config.yaml:"), "{message}");
}

#[tokio::test]
async fn single_settings_are_read_below_the_own_section() {
    let (builder, _) = reader("reader: { lines: { 3: 17, door: front }, list: [5, 6] }");
    let app = builder.start().await.unwrap();
    let stub: ReaderStub = app.handle().stub("reader").unwrap();
    assert_eq!(stub.number("lines.3".into()).await.unwrap(), Some(17));
    assert_eq!(stub.number("list.1".into()).await.unwrap(), Some(6));
    assert_eq!(stub.text("lines.door".into()).await.unwrap().as_deref(), Some("front"));
    assert_eq!(stub.number("lines.4".into()).await.unwrap(), None);
    let wrong = stub.number("lines.door".into()).await.unwrap_err().to_string();
    assert!(wrong.contains("`reader.lines.door` must be"), "{wrong}");
    assert!(wrong.contains("home.yaml:1:"), "{wrong}");
}

#[tokio::test]
async fn what_a_module_sets_is_saved_and_read_again() {
    let file = TempFile::new("# Keep this note.\nreader:\n  lines: 3 # the old ones\n");
    let start = || App::builder().module("reader", Reader::default()).config_file(&file.0).start();
    let app = start().await.unwrap();
    let handle = app.handle();
    let stub: ReaderStub = handle.stub("reader").unwrap();
    assert!(handle.with_config(Config::save_if_changed).unwrap().is_none(), "nothing has changed");
    stub.remember(4711).await.unwrap();
    assert_eq!(stub.number("remembered".into()).await.unwrap(), Some(4711));
    assert!(handle.with_config(|config| config.is_changed()));
    assert!(handle.with_config(Config::save_if_changed).unwrap().is_some());
    assert!(handle.with_config(Config::save_if_changed).unwrap().is_none(), "saved already");
    app.shutdown().await.unwrap();

    let text = std::fs::read_to_string(&file.0).unwrap();
    assert!(text.contains("# Keep this note.") && text.contains("# the old ones"), "{text}");
    let again = start().await.unwrap();
    let stub: ReaderStub = again.handle().stub("reader").unwrap();
    assert_eq!(stub.number("remembered".into()).await.unwrap(), Some(4711));
    assert_eq!(stub.number("lines".into()).await.unwrap(), Some(3));
}

#[tokio::test]
async fn a_typed_section_keeps_what_it_had_at_the_start() {
    let app = lamp("hall: { max_level: 80 }").start().await.unwrap();
    app.handle().with_config(|config| config.set("hall.max_level", 20)).unwrap();
    let stub: LampStub = app.handle().stub("hall").unwrap();
    assert_eq!(stub.max_level().await.unwrap(), 80);
    let changed: Option<u8> = app.handle().with_config(|config| config.get("hall.max_level")).unwrap();
    assert_eq!(changed, Some(20));
}
