//! Instances that exist without being listed, by `#[module(name = "…")]`. They exist in every application of this
//! program, so the tests have a file of their own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unused_self,
    reason = "handlers that fail fail their test"
)]

use looselycoupled::config::Config;
use looselycoupled::prelude::*;

#[derive(Debug, Default)]
struct Zone;

#[module(name = "zone")]
impl Zone {
    #[task]
    fn answer(&self) -> u8 {
        1
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct AlarmConfig {
    code: u16,
}

#[derive(Debug)]
struct Alarm(u16);

#[module(name = "alarm", config = AlarmConfig)]
impl Alarm {
    #[new]
    fn from_section(config: AlarmConfig) -> Self {
        Self(config.code)
    }

    #[task]
    fn code(&self, ctx: &Context) -> (u16, u16) {
        (self.0, ctx.config::<Self>().code)
    }
}

#[derive(Debug, Default)]
struct Lamp;

#[module]
impl Lamp {
    #[task]
    fn answer(&self) -> u8 {
        2
    }
}

fn config(text: &str) -> Config {
    Config::parse(text, "home.yaml").unwrap()
}

async fn fault(builder: looselycoupled::AppBuilder) -> String {
    match builder.start().await {
        Err(StartError::Check(faults)) if faults.len() == 1 => faults[0].message.clone(),
        other => panic!("not one fault: {other:?}"),
    }
}

#[tokio::test]
async fn an_instance_with_a_name_of_its_own_is_there_without_being_listed() {
    let app = App::builder().start().await.unwrap();
    assert_eq!(app.handle().modules(), ["alarm", "zone"]);
    let answer: u8 = app.handle().exec_task("zone.answer", args! {}).await.unwrap().get().unwrap();
    assert_eq!(answer, 1);
}

#[tokio::test]
async fn it_starts_after_those_of_the_code_and_of_the_file() {
    let builder = App::builder().module("z", Lamp).module("a", Lamp);
    let app =
        builder.config(config("looselycoupled: { modules: { y: Lamp, b: Lamp } }")).start().await.unwrap();
    assert_eq!(app.handle().modules(), ["z", "a", "y", "b", "alarm", "zone"]);
}

#[tokio::test]
async fn it_reads_the_section_of_its_name() {
    let app = App::builder().config(config("alarm: { code: 4711 }")).start().await.unwrap();
    let stub: AlarmStub = app.handle().stub("alarm").unwrap();
    assert_eq!(stub.code().await.unwrap(), (4711, 4711));
}

#[tokio::test]
async fn its_name_given_again_in_code_is_refused_with_both_places() {
    let message = fault(App::builder().module("zone", Lamp)).await;
    let expected = "module `zone` is listed twice: in code at ";
    assert!(message.starts_with(expected), "{message}");
    assert!(message.contains("named_instances.rs:"), "{message}");
    assert!(message.contains(", and by `#[module(name = …)]` at "), "{message}");
}

#[tokio::test]
async fn its_name_given_again_in_the_file_is_refused_with_both_places() {
    let message = fault(App::builder().config(config("looselycoupled: { modules: { zone: Lamp } }"))).await;
    assert!(
        message.starts_with("module `zone` is listed twice: in the configuration, and by `#[module"),
        "{message}"
    );
    assert!(message.contains("named_instances.rs:"), "{message}");
}
