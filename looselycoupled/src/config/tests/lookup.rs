//! Look-up and change under dotted paths.

use std::collections::BTreeMap;

use crate::config::{Config, FaultKind};

fn sample() -> Config {
    let mut config = Config::new();
    config.set("gpio.lines", ["door", "bell"]).unwrap();
    config.set("gpio.debounce", 10).unwrap();
    config.set("scenes", BTreeMap::from([(3, "dim"), (7, "bright")])).unwrap();
    config
}

fn refused(result: Result<(), crate::config::ConfigError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.faults()[0].kind(), FaultKind::Path);
    error.to_string()
}

#[test]
fn numeric_parts_lead_into_lists_and_maps() {
    let config = sample();
    assert_eq!(config.get::<String>("gpio.lines.1").unwrap().as_deref(), Some("bell"));
    assert_eq!(config.get::<String>("scenes.7").unwrap().as_deref(), Some("bright"));
    assert_eq!(config.get::<String>("gpio.lines.2").unwrap(), None);
    assert_eq!(config.get::<String>("gpio.lines.x").unwrap(), None);
    assert_eq!(config.get::<String>("gpio.debounce.x").unwrap(), None);
    assert_eq!(config.get::<Vec<String>>("gpio.lines").unwrap().unwrap(), ["door", "bell"]);
}

#[test]
fn defaults_replace_what_is_absent_but_never_what_is_wrong() {
    let mut config = sample();
    assert_eq!(config.get_or("gpio.chip", "sim".to_owned()).unwrap(), "sim");
    assert_eq!(config.get_or("gpio.debounce", 5).unwrap(), 10);
    assert!(config.get_or("gpio.lines", 5).is_err());
    config.set("gpio.chip", None::<String>).unwrap();
    assert!(config.contains("gpio.chip"));
    assert_eq!(config.get_or("gpio.chip", "sim".to_owned()).unwrap(), "sim");
}

#[test]
fn the_empty_path_is_the_whole_document() {
    let config = sample();
    assert_eq!(config.keys("").collect::<Vec<_>>(), ["gpio", "scenes"]);
    assert!(config.contains(""));
    assert_eq!(config.keys("scenes").collect::<Vec<_>>(), ["3", "7"]);
    assert_eq!(config.keys("gpio.lines").count(), 0);
    assert_eq!(config.keys("nothing").count(), 0);
}

#[test]
fn malformed_paths_are_errors() {
    let mut config = sample();
    for path in [".", "a..b", ".a", "a.", "gpio..lines"] {
        assert!(config.get::<String>(path).is_err(), "{path}");
        assert!(!config.contains(path), "{path}");
        assert!(!config.delete(path), "{path}");
        assert!(config.set(path, 1).is_err(), "{path}");
    }
    assert_eq!(refused(config.set("", 1)), "path `` cannot be used: the empty path names no key");
    assert_eq!(
        refused(config.set("a..b", 1)),
        "path `a..b` cannot be used: a part between two dots is empty"
    );
}

#[test]
fn keys_with_dots_are_found_at_the_end_of_a_path() {
    let mut config = Config::new();
    config.set("routes", BTreeMap::from([("sensor.temperature", "home")])).unwrap();
    assert_eq!(config.get::<String>("routes.sensor.temperature").unwrap().as_deref(), Some("home"));
    config.set("routes.sensor.temperature", "away").unwrap();
    assert_eq!(config.keys("routes").collect::<Vec<_>>(), ["sensor.temperature"]);
    assert!(config.delete("routes.sensor.temperature"));
    assert_eq!(config.keys("routes").count(), 0);
}

#[test]
fn set_makes_maps_on_the_way_and_replaces_or_appends_items() {
    let mut config = sample();
    config.set("a.b.0", true).unwrap();
    assert_eq!(config.keys("a.b").collect::<Vec<_>>(), ["0"]);
    config.set("gpio.lines.0", "gate").unwrap();
    config.set("gpio.lines.2", "lamp").unwrap();
    assert_eq!(config.get::<Vec<String>>("gpio.lines").unwrap().unwrap(), ["gate", "bell", "lamp"]);
    config.set("gpio.lines.3.name", "deep").unwrap();
    assert_eq!(config.get::<String>("gpio.lines.3.name").unwrap().as_deref(), Some("deep"));
}

#[test]
fn set_refuses_gaps_and_ways_through_single_values() {
    let mut config = sample();
    let before = format!("{config:?}");
    let gap = refused(config.set("gpio.lines.5", "x"));
    assert_eq!(gap, "path `gpio.lines.5` cannot be used: `gpio.lines` is a list of 2 and has no place `5`");
    let through = refused(config.set("gpio.debounce.x.y", 1));
    let expected =
        "path `gpio.debounce.x.y` cannot be used: `gpio.debounce` is a single value and has no keys";
    assert_eq!(through, expected);
    assert!(config.set("gpio.lines.x", 1).is_err());
    let deep = vec!["a"; 100].join(".");
    assert!(refused(config.set(&deep, 1)).ends_with("more than 64 levels are too many"));
    assert_eq!(format!("{config:?}"), before);
}

#[test]
fn values_that_cannot_be_serialised_or_are_too_deep_are_refused() {
    #[derive(serde::Serialize)]
    struct Deep(Option<Vec<Self>>);
    let mut deep = Deep(None);
    for _ in 0..100 {
        deep = Deep(Some(vec![deep]));
    }
    let mut config = Config::new();
    refused(config.set("a", deep));
    assert!(config.set("a", BTreeMap::from([(vec![1], 2)])).is_err());
    assert!(!config.is_changed());
}

#[test]
fn only_real_changes_count() {
    let mut config = Config::new();
    assert!(!config.is_changed());
    assert!(!config.delete("a"));
    assert!(!config.is_changed());
    assert!(config.set_default("a.b", 1).unwrap());
    assert!(config.is_changed());
    assert!(!config.set_default("a.b", 2).unwrap());
    assert_eq!(config.get::<u8>("a.b").unwrap(), Some(1));
    config.changed = false;
    config.set("a.b", 1).unwrap();
    assert!(!config.is_changed());
    config.set("a.b", "1").unwrap();
    assert!(config.is_changed());
}

#[test]
fn delete_removes_keys_and_items() {
    let mut config = sample();
    assert!(config.delete("gpio.lines.0"));
    assert_eq!(config.get::<Vec<String>>("gpio.lines").unwrap().unwrap(), ["bell"]);
    assert!(!config.delete("gpio.lines.1"));
    assert!(config.delete("gpio"));
    assert!(!config.delete("gpio"));
    assert!(!config.delete("gpio.lines"));
    assert!(!config.delete(""));
}

#[test]
fn a_configuration_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Config>();
    shared::<crate::config::ConfigError>();
}

#[test]
fn every_serde_type_survives_set_and_get() {
    let mut config = Config::new();
    config.set("a", (u64::MAX, i64::MIN, 1.0_f64, 'x', "on", Some(false))).unwrap();
    let read = config.get::<(u64, i64, f64, char, String, Option<bool>)>("a").unwrap();
    assert_eq!(read, Some((u64::MAX, i64::MIN, 1.0, 'x', "on".to_owned(), Some(false))));
    assert_eq!(config.get::<String>("a.2").unwrap().as_deref(), Some("1.0"));
}

#[test]
fn keys_among_many_are_found_added_and_removed_like_those_among_few() {
    let mut config = Config::new();
    let path = |number: u32| format!("scenes.s{}", number * 7919 % 1009);
    for number in 0..1000 {
        config.set(&path(number), number).unwrap();
    }
    for number in (0..1000).step_by(3) {
        assert!(config.delete(&path(number)));
        assert!(!config.delete(&path(number)));
    }
    for number in (0..1000).step_by(6) {
        config.set(&path(number), number + 1).unwrap();
    }
    for number in 0..1000 {
        let expected = if number % 6 == 0 { Some(number + 1) } else { Some(number).filter(|n| n % 3 != 0) };
        assert_eq!(config.get::<u32>(&path(number)).unwrap(), expected, "{number}");
    }
    let order: Vec<String> = config.keys("scenes").map(|key| format!("scenes.{key}")).collect();
    let kept = (0..1000).filter(|number| number % 3 != 0).chain((0..1000).step_by(6));
    assert_eq!(order, kept.map(path).collect::<Vec<_>>(), "in the order in which they were added");
}
