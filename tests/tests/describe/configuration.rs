//! The schema of the configuration says what the start check says.

use jsonschema::{Validator, validator_for};
use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use serde_json::Value as Json;

use super::house::{Diary, described};

async fn validator() -> Validator {
    let schema: Json = serde_json::from_str(&described().await.to_config_schema()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    validator_for(&schema).unwrap()
}

fn as_json(yaml: &str) -> Json {
    Config::parse(yaml, "config.yaml").unwrap().get("").unwrap().unwrap_or_default()
}

/// Whether an application starts with a configuration.
async fn starts(yaml: &str) -> Result<(), StartError> {
    let builder = App::builder().module("diary", Diary::default());
    let app = builder.config(Config::parse(yaml, "config.yaml").unwrap()).start().await?;
    app.shutdown().await.unwrap();
    Ok(())
}

/// Every key that the framework reads.
const EVERYTHING: &str = "
looselycoupled:
  modules:
    hall_lamp: Lamp
    attic_lamp: { type: 'describe::Lamp', loop: attic, policy: restart }
    cellar_lamp:
      type: describe::house::Lamp
      policy: { restart: { budget: 3, within: 1m 30s, first_delay: 1.5ms, longest_delay: 2h } }
  loops:
    attic: { tasks: { capacity: 9, overflow: reject }, events: { capacity: 8, overflow: drop_oldest }, fairness: 4 }
    diary: { modules: [], thread: true, exit_on_failure: false }
  connections:
    - { from: hall_lamp/level_changed, to: diary.note, arguments: by_name }
  blocking_threads: 4
  default_timeout: 0
  dead_letters: 0
  shutdown_deadline: 10s
  watchdog: 250us
  exception_file: exceptions.txt
  log: info
x-notes: [anything]
hall_lamp: { max_level: 80, fade: 250ms }
attic_lamp: { max_level: 60 }
cellar_lamp: { max_level: 60 }
";

#[looselycoupled::test]
async fn a_configuration_that_starts_is_valid() {
    let validator = validator().await;
    for yaml in [EVERYTHING, "", "looselycoupled:", "x-notes: 3"] {
        let json = as_json(yaml);
        let errors: Vec<_> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{yaml}");
        starts(yaml).await.unwrap();
    }
}

/// A good configuration, and what is changed in it to make it a bad one.
const MISTAKES: [(&str, &str); 24] = [
    ("hall_lamp: Lamp", "hall_lamp: Lmap"),
    ("hall_lamp: Lamp", "hall_lamp: { typ: Lamp }"),
    ("hall_lamp: Lamp", "hall_lamp: { type: Lamp, lop: attic }"),
    ("hall_lamp: Lamp", "hall_lamp: 7"),
    ("policy: restart }", "policy: retry }"),
    ("budget: 3", "budget: -3"),
    ("budget: 3", "bugdet: 3"),
    ("within: 1m 30s", "within: 1 minute"),
    ("within: 1m 30s", "within: 90"),
    ("capacity: 9", "capacity: 0"),
    ("capacity: 9", "capcity: 9"),
    ("overflow: reject", "overflow: drop_newest"),
    ("overflow: drop_oldest", "overflow: wait"),
    ("fairness: 4", "fairness: often"),
    ("thread: true", "thread: perhaps"),
    ("to: diary.note, ", ""),
    ("arguments: by_name", "arguments: by_chance"),
    ("blocking_threads: 4", "blocking_threads: 0"),
    ("dead_letters: 0", "dead_letters: many"),
    ("shutdown_deadline: 10s", "shutdown_deadlin: 10s"),
    ("watchdog: 250us", "watchdog: 250 ticks"),
    ("max_level: 80", "max_level: 300"),
    ("max_level: 80", "max_levl: 80"),
    ("max_level: 80, ", ""),
];

#[looselycoupled::test]
async fn a_configuration_with_a_mistake_neither_starts_nor_is_valid() {
    let validator = validator().await;
    for (good, bad) in MISTAKES {
        assert!(EVERYTHING.contains(good), "{good}");
        let yaml = EVERYTHING.replacen(good, bad, 1);
        assert!(starts(&yaml).await.is_err(), "{bad} starts");
        assert!(!validator.is_valid(&as_json(&yaml)), "{bad} is valid");
    }
}

#[looselycoupled::test]
async fn types_are_told_by_the_names_under_which_they_can_be_listed() {
    let description = described().await;
    let lamp = description.types.iter().find(|known| known.name == "Lamp").unwrap();
    assert_eq!(lamp.names, ["Lamp", "describe::Lamp", "describe::house::Lamp"]);
    assert!(lamp.listable && lamp.documentation == "A lamp that can be dimmed.");
    assert_eq!(lamp.config.as_ref().unwrap().type_name, "describe::house::LampConfig");
}
