//! Where instances come from, how they are made, and what is refused before anything starts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unused_self,
    reason = "handlers that fail fail their test"
)]

use std::marker::PhantomData;

use looselycoupled::config::Config;
use looselycoupled::prelude::*;

#[derive(Debug, Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> u8 {
        std::mem::replace(&mut self.level, level)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct DoorConfig {
    width: u8,
}

#[derive(Debug)]
struct Door {
    width: u8,
}

#[module(config = DoorConfig)]
impl Door {
    #[new]
    fn build(config: DoorConfig) -> Result<Self> {
        if config.width == 0 {
            return Err(Error::other("nobody fits through"));
        }
        assert_ne!(config.width, 13, "on purpose");
        Ok(Self { width: config.width })
    }

    #[task]
    fn width(&self) -> u8 {
        self.width
    }
}

/// Can only be given as a value.
#[derive(Debug)]
struct Vault(u8);

#[module]
impl Vault {
    #[task]
    fn content(&self) -> u8 {
        self.0
    }
}

/// A module for every kind of sensor.
#[derive(Debug, Default)]
struct Meter<S> {
    sensor: PhantomData<S>,
}

#[module]
impl<S: Default + Send + 'static> Meter<S>
where
    S: Into<u8>,
{
    #[task]
    fn measure(&mut self) -> u8 {
        S::default().into()
    }
}

#[derive(Debug, Default)]
struct Bme;

impl From<Bme> for u8 {
    fn from(_sensor: Bme) -> Self {
        21
    }
}

register!(Meter<Bme> as "MeterBme");

mod east {
    use looselycoupled::prelude::*;

    #[derive(Debug, Default)]
    pub(crate) struct Blind;

    #[module]
    impl Blind {
        #[task]
        fn side(&self) -> String {
            "east".to_owned()
        }
    }
}

mod west {
    use looselycoupled::prelude::*;

    #[derive(Debug, Default)]
    pub(crate) struct Blind;

    #[module]
    impl Blind {
        #[task]
        fn side(&self) -> String {
            "west".to_owned()
        }
    }
}

fn config(text: &str) -> Config {
    Config::parse(text, "home.yaml").unwrap()
}

async fn from(text: &str) -> App {
    App::builder().config(config(text)).start().await.unwrap()
}

/// The messages of a start that is refused.
async fn faults(builder: looselycoupled::AppBuilder) -> Vec<String> {
    match builder.start().await {
        Err(StartError::Check(faults)) => faults.into_iter().map(|fault| fault.message).collect(),
        other => panic!("not refused by the check: {other:?}"),
    }
}

async fn refused(text: &str) -> String {
    let faults = faults(App::builder().config(config(text))).await;
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.into_iter().next().unwrap()
}

#[tokio::test]
async fn code_gives_instances_as_values_and_by_factory_several_of_one_type() {
    let app = App::builder()
        .module("hall", Lamp { level: 3 })
        .module_with("attic", || Lamp { level: 4 })
        .module_on("bus", "cellar", Lamp { level: 5 })
        .module("vault", Vault(9))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    for (name, level) in [("hall", 3), ("attic", 4), ("cellar", 5)] {
        let before: LampStub = handle.stub(name).unwrap();
        assert_eq!(before.set_level(50).await.unwrap(), level);
    }
    assert_eq!(handle.stub::<VaultStub>("vault").unwrap().content().await.unwrap(), 9);
}

#[tokio::test]
async fn a_configuration_alone_makes_an_application() {
    let app = from(
        "looselycoupled:\n  modules:\n    hall: Lamp\n    door: { type: Door, loop: bus }\ndoor: { width: 90 }\n",
    )
    .await;
    let handle = app.handle();
    assert_eq!(handle.modules(), ["hall", "door"]);
    let hall: u8 = handle.exec_task("hall.set_level", args! { level: 1 }).await.unwrap().get().unwrap();
    assert_eq!(hall, 0, "made by `Default`");
    assert_eq!(handle.stub::<DoorStub>("door").unwrap().width().await.unwrap(), 90);
    let statistics = handle.statistics();
    assert!(statistics.loops.iter().any(|bounds| &*bounds.name == "bus"), "{statistics:?}");
}

#[tokio::test]
async fn instances_start_as_listed_in_code_then_as_listed_in_the_file() {
    let text = "looselycoupled:\n  modules:\n    zebra: Lamp\n    attic: Lamp\n    hall: Lamp\n";
    let builder = App::builder().module("y", Lamp::default()).module("b", Lamp::default());
    let app = builder.config(config(text)).start().await.unwrap();
    assert_eq!(app.handle().modules(), ["y", "b", "zebra", "attic", "hall"]);
}

#[tokio::test]
async fn a_registered_generic_module_is_made_by_its_name() {
    let app = from("looselycoupled: { modules: { outside: MeterBme } }").await;
    let measured: u8 = app.handle().exec_task("outside.measure", args! {}).await.unwrap().get().unwrap();
    assert_eq!(measured, 21);
}

#[tokio::test]
async fn a_type_may_be_named_with_its_crate_or_its_path() {
    let app = from(
        "looselycoupled: { modules: { a: instances::Lamp, b: instances::west::Blind, c: instances::east::Blind } }",
    )
    .await;
    for (address, expected) in [("b.side", "west"), ("c.side", "east")] {
        let side: String = app.handle().exec_task(address, args! {}).await.unwrap().get().unwrap();
        assert_eq!(side, expected);
    }
}

#[tokio::test]
async fn an_ambiguous_type_is_refused_with_the_names_to_choose_from() {
    let expected = "\
several module types are called `Blind`
 --> home.yaml:3:12
  |
3 |     south: Blind
  |            ^^^^^ write one of instances::east::Blind, instances::west::Blind";
    assert_eq!(refused("looselycoupled:\n  modules:\n    south: Blind\n").await, expected);
}

#[tokio::test]
async fn an_unknown_type_is_refused_with_its_place_and_the_nearest() {
    let expected = "\
no module type `Lmap` is registered
 --> home.yaml:3:11
  |
3 |     hall: Lmap
  |           ^^^^ did you mean `Lamp`?";
    assert_eq!(refused("looselycoupled:\n  modules:\n    hall: Lmap\n").await, expected);
    let expected = "\
no module type `Lmap` is registered
 --> home.yaml:3:19
  |
3 |     hall: { type: Lmap, loop: bus }
  |                   ^^^^ did you mean `Lamp`?";
    let detailed = "looselycoupled:\n  modules:\n    hall: { type: Lmap, loop: bus }\n";
    assert_eq!(refused(detailed).await, expected);
}

#[tokio::test]
async fn what_a_module_of_an_unknown_type_needs_is_not_refused_as_well() {
    let listed = "looselycoupled:\n  modules: { hall: Lmap, attic: { type: Lmap, loop: bus } }\n";
    let bounds = "  loops: { hall: { concurrency: 2 }, bus: { tasks: { capacity: 2 } } }\n";
    let text = format!("{listed}{bounds}hall: {{ level: 3 }}\nattic: {{ level: 4 }}\n");
    let builder = App::builder().config(config(&text)).policy("hall", looselycoupled::Policy::Exit);
    let faults = faults(builder).await;
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(
        faults.iter().all(|fault| fault.starts_with("no module type `Lmap` is registered")),
        "{faults:#?}"
    );
}

#[tokio::test]
async fn a_list_that_cannot_be_read_makes_no_section_superfluous() {
    let text = "looselycoupled: { modules: { hall: { type: Door, polcy: exit } } }\nhall: { width: 3 }\n";
    let message = refused(text).await;
    let expected = "unknown key `polcy` in section `looselycoupled.modules.hall`";
    assert!(message.starts_with(expected) && message.ends_with("did you mean `policy`?"), "{message}");
}

#[tokio::test]
async fn without_a_list_of_modules_no_section_is_superfluous() {
    let misspelt = refused("looselycoupled: { modles: { hall: Lamp } }\nhall: { level: 3 }\n").await;
    assert!(misspelt.starts_with("unknown key `modles`"), "{misspelt}");
    let no_map = refused("looselycoupled: { modules: [ Lamp ] }\nhall: { level: 3 }\n").await;
    assert!(no_map.starts_with("`looselycoupled.modules` must be a map"), "{no_map}");
}

#[tokio::test]
async fn a_list_of_modules_outside_of_the_frameworks_section_is_refused_with_its_place() {
    let message = refused("modules: { hall: Lamp }\nhall: { level: 3 }\n").await;
    assert!(message.starts_with("section `modules` belongs to no module\n --> home.yaml:1:1"), "{message}");
    assert!(message.ends_with("the list of modules is a key of section `looselycoupled`"), "{message}");
}

#[tokio::test]
async fn what_two_modules_of_one_name_lack_is_said_once() {
    let builder = App::builder().module("door", Door { width: 1 }).module("door", Door { width: 2 });
    let faults = faults(builder).await;
    assert_eq!(
        faults.iter().filter(|fault| fault.starts_with("missing key `width`")).count(),
        1,
        "{faults:#?}"
    );
}

#[tokio::test]
async fn a_type_of_a_crate_that_is_not_linked_is_refused_with_the_line_to_write() {
    let message = refused("looselycoupled: { modules: { web: dashboard_extra::WebServer } }").await;
    let expected = "\
no module type `dashboard_extra::WebServer` is registered
 --> home.yaml:1:35
  |
1 | looselycoupled: { modules: { web: dashboard_extra::WebServer } }
  |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^ a crate that no code names is not linked: write \
         `use dashboard_extra as _;` in your program; a generic module needs `register!`";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn a_name_given_twice_in_code_is_refused_with_both_places() {
    let line = line!() + 3;
    #[rustfmt::skip]
    let builder = App::builder()
        .module("hall", Lamp::default())
        .module("hall", Door { width: 1 });
    let faults = faults(builder).await;
    let twice: Vec<&String> = faults.iter().filter(|fault| fault.contains("listed twice")).collect();
    let (first, second) = (format!("instances.rs:{line}, and"), format!("instances.rs:{}", line + 1));
    assert_eq!(twice.len(), 1, "{faults:#?}");
    assert!(twice[0].starts_with("module `hall` is listed twice: in code at "), "{}", twice[0]);
    assert!(twice[0].contains(&first) && twice[0].ends_with(&second), "{}", twice[0]);
}

#[tokio::test]
async fn a_name_given_in_code_and_in_the_file_is_refused_with_both_places() {
    let builder = App::builder().module("hall", Lamp::default());
    let text = "looselycoupled:\n  modules:\n    attic: Lamp\n    hall: Lamp\n";
    let faults = faults(builder.config(config(text))).await;
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].contains("in code at "), "{}", faults[0]);
    assert!(faults[0].contains("tests/tests/instances.rs:"), "{}", faults[0]);
    assert!(faults[0].contains(", and in the configuration\n --> home.yaml:4:5\n"), "{}", faults[0]);
}

#[test]
fn a_name_given_twice_in_the_file_is_refused_with_both_places() {
    let text = "looselycoupled:\n  modules:\n    hall: Lamp\n    hall: Lamp\n";
    let error = Config::parse(text, "home.yaml").unwrap_err().to_string();
    assert!(error.contains("home.yaml:4:"), "{error}");
    assert!(error.contains("first given here"), "{error}");
}

#[tokio::test]
async fn a_module_that_nobody_can_make_is_refused_with_the_way_out() {
    let message = refused("looselycoupled: { modules: { vault: Vault } }").await;
    assert_eq!(
        message,
        "module `vault` cannot be made: `Vault` has neither `Default` nor a `#[new]`; give it one, or give the \
         instance in code"
    );
}

#[tokio::test]
async fn the_error_of_a_constructor_is_the_fault() {
    let listed = "looselycoupled: { modules: { door: Door } }\n";
    let message = refused(&format!("{listed}door: {{ width: 0 }}\n")).await;
    assert_eq!(message, "module `door` cannot be made: nobody fits through");
    looselycoupled_tests::quiet();
    let message = refused(&format!("{listed}door: {{ width: 13 }}\n")).await;
    assert!(message.starts_with("module `door` cannot be made: its constructor panicked: "), "{message}");
    assert!(message.contains("on purpose"), "{message}");
}

#[tokio::test]
async fn a_constructor_that_needs_a_missing_section_says_which_key() {
    let message = refused("looselycoupled: { modules: { door: Door } }\n").await;
    assert!(message.contains("missing key `width`"), "{message}");
    assert!(message.contains("`door`"), "{message}");
}

#[tokio::test]
async fn a_constructor_is_not_blamed_for_a_section_that_is_misspelt() {
    let message = refused("looselycoupled: { modules: { door: Door } }\ndor: { width: 90 }\n").await;
    assert!(message.starts_with("section `dor` belongs to no module"), "{message}");
    assert!(message.ends_with("did you mean `door`?"), "{message}");
}

#[tokio::test]
async fn names_that_cannot_be_addressed_are_refused() {
    for name in ["", "hall.lamp", "hall lamp", "looselycoupled"] {
        let faults = faults(App::builder().module(name, Lamp::default())).await;
        assert_eq!(faults.len(), 1, "{name:?}: {faults:#?}");
    }
}

#[tokio::test]
async fn listed_names_that_cannot_be_addressed_are_refused_with_their_place() {
    for (name, said) in [
        ("\"\"", "empty module name; allowed are letters, digits, `_` and `-`"),
        ("a.b", "module name `a.b` has `.` as character 2; allowed are letters, digits, `_` and `-`"),
        ("x y", "module name `x y` has ` ` as character 2; allowed are letters, digits, `_` and `-`"),
    ] {
        let message = refused(&format!("looselycoupled:\n  modules:\n    {name}: Lamp\n")).await;
        let marks = "^".repeat(name.len());
        let expected = format!("{said}\n --> home.yaml:3:5\n  |\n3 |     {name}: Lamp\n  |     {marks}");
        assert_eq!(message, expected);
    }
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let text = "looselycoupled:\n  modules: { hall: Lmap, vault: Vault, south: Blind }\nhal: { level: 3 }\n";
    let builder = App::builder().module("a", Lamp::default()).module("a", Lamp::default());
    let error = builder.config(config(text)).start().await.unwrap_err();
    let StartError::Check(faults) = &error else { panic!("{error}") };
    assert_eq!(faults.len(), 5, "{faults:#?}");
    let text = error.to_string();
    assert!(text.starts_with("the application cannot start; 5 faults to mend:\n\nerror[LC0102]: "), "{text}");
    assert_eq!(AppError::from(error).code(), 78);
}

#[tokio::test]
async fn nothing_has_started_when_the_check_fails() {
    /// Must not be initialised.
    #[derive(Debug)]
    struct Touchy;

    #[module]
    impl Touchy {
        #[initialize]
        async fn begin(&mut self) {
            panic!("was started");
        }
    }

    let builder = App::builder().module("touchy", Touchy).module("bad name", Lamp::default());
    assert_eq!(faults(builder).await.len(), 1);
}
