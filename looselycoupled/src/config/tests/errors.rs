//! How errors look.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::config::{Config, ConfigError};

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Prometheus {
    port: u16,
    #[serde(default)]
    host: String,
    #[serde(default)]
    labels: Vec<String>,
}

fn read(text: &str) -> String {
    let config = Config::parse(text, "config.yaml").unwrap();
    config.section("prometheus").read::<Prometheus>().unwrap_err().to_string()
}

fn parse(text: &str) -> String {
    Config::parse(text, "config.yaml").unwrap_err().to_string()
}

#[test]
fn an_unknown_key_is_shown_as_rustc_would() {
    let text = "# 1\n# 2\n# 3\n# 4\n# 5\n# 6\n# 7\n# 8\n# 9\n# 10\n# 11\n# 12\nprometheus:\n  prot: 9100\n";
    let expected = "\
unknown key `prot` in section `prometheus`
  --> config.yaml:14:3
   |
14 |   prot: 9100
   |   ^^^^ did you mean `port`?";
    assert_eq!(read(text), expected);
}

#[test]
fn several_faults_follow_each_other() {
    let expected = "\
`prometheus.port` must be a whole number from 0 to 65535, found `070000`
 --> config.yaml:2:9
  |
2 |   port: 070000
  |         ^^^^^^ write it without leading zeros, or as `0o…` if it is octal

unknown key `color` in section `prometheus`
 --> config.yaml:3:3
  |
3 |   color: red
  |   ^^^^^";
    assert_eq!(read("prometheus:\n  port: 070000\n  color: red\n"), expected);
}

#[test]
fn a_missing_key_points_at_its_section() {
    let expected = "\
missing key `port` in section `prometheus`
 --> config.yaml:1:1
  |
1 | prometheus:
  | ^^^^^^^^^^";
    assert_eq!(read("prometheus:\n  host: x\n"), expected);
    assert_eq!(read("prometheus:"), expected);
    assert_eq!(read("other: 1"), "missing key `port` in section `prometheus`\n --> config.yaml");
}

#[test]
fn a_value_that_is_not_there_points_at_its_key() {
    let expected = "\
`prometheus.host` must be a text, found nothing
 --> config.yaml:3:3
  |
3 |   host:
  |   ^^^^ an empty text is written as \"\"";
    assert_eq!(read("prometheus:\n  port: 1\n  host:\n  labels: []\n"), expected);
}

#[test]
fn a_list_item_is_named_by_its_position() {
    let expected = "\
`prometheus.labels.1` must be a text, found a map
 --> config.yaml:5:7
  |
5 |     - b: c
  |       ^";
    assert_eq!(read("prometheus:\n  port: 1\n  labels:\n    - a\n    - b: c\n"), expected);
}

#[test]
fn a_duplicate_shows_both_places() {
    let text = "prometheus:\n  port: 1\n  host: x\n  labels: []\n  port: 2\n";
    let expected = "\
key `port` is given twice in section `prometheus`
 --> config.yaml:5:3
  |
2 |   port: 1
  |   ---- first given here
...
5 |   port: 2
  |   ^^^^ given again here";
    assert_eq!(parse(text), expected);
}

#[test]
fn syntax_errors_have_a_place_and_advice() {
    let expected = "\
mapping values are not allowed in this context
 --> config.yaml:2:12
  |
2 |   text: a b: c
  |            ^ a text with `: ` in it needs quotes";
    assert_eq!(parse("lamp:\n  text: a b: c\n"), expected);
    assert!(parse("a: [1, 2\nb: 3\n").contains("a bracket above"), "{}", parse("a: [1, 2\nb: 3\n"));
    assert!(parse("a:\n\tb: 1\n").contains("indent with spaces"), "{}", parse("a:\n\tb: 1\n"));
    assert!(parse("a: *nothing\n").contains("no `&anchor` of that name"), "{}", parse("a: *nothing\n"));
}

#[test]
fn what_was_set_by_code_has_no_line() {
    let mut config = Config::parse("prometheus:\n  port: 1\n", "config.yaml").unwrap();
    config.set("prometheus.port", "many").unwrap();
    let error = config.section("prometheus").read::<Prometheus>().unwrap_err();
    let expected = "`prometheus.port` must be a whole number from 0 to 65535, found `many`\n --> config.yaml";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.faults()[0].key(), Some("prometheus.port"));
}

#[test]
fn a_fault_at_a_key_looks_the_same() {
    let config = Config::parse("lmap:\n  level: 1\n", "config.yaml").unwrap();
    let fault = config.fault_at_key("lmap", "section `lmap` belongs to no instance", Some("lamp"));
    let expected = "\
section `lmap` belongs to no instance
 --> config.yaml:1:1
  |
1 | lmap:
  | ^^^^ did you mean `lamp`?";
    assert_eq!(ConfigError::from(fault).to_string(), expected);
    let fault = config.fault_at_key("x", "section `x` is missing", Some("lmap"));
    assert_eq!(fault.to_string(), "section `x` is missing; did you mean `lmap`?\n --> config.yaml");
}

#[test]
fn tabs_and_control_characters_do_not_break_the_picture() {
    let text = "{prometheus:\t{\tport: \"\u{1b}[31mred\" } }";
    let error = Config::parse(text, "config.yaml")
        .and_then(|config| config.section("prometheus").read::<Prometheus>().map(|_| ()));
    let error = error.unwrap_err().to_string();
    assert!(!error.contains('\u{1b}'), "{error}");
}

#[test]
fn long_lines_are_shown_in_part() {
    let text = format!("prometheus: {{ port: 1, labels: [{}, [x]] }}\n", vec!["label"; 5000].join(", "));
    let error = read(&text);
    assert!(error.starts_with("`prometheus.labels.5000` must be a text, found a list"), "{error}");
    assert!(error.len() < 500, "{error}");
    let (shown, marks) = error.rsplit_once('\n').unwrap();
    let column = marks.find('^').unwrap();
    assert_eq!(shown.lines().last().unwrap().chars().nth(column), Some('['), "{error}");
}

#[test]
fn hand_made_errors_are_never_empty() {
    assert!(ConfigError::check(Vec::new()).is_ok());
    let config = Config::new();
    let faults = vec![config.fault_at_key("a", "one", None), config.fault_at_key("b", "two", None)];
    let error = ConfigError::check(faults).unwrap_err();
    assert_eq!(error.to_string(), "one\n\ntwo");
    assert_eq!(error.into_faults().len(), 2);
}

#[test]
fn a_wrong_key_is_told_as_a_key() {
    let read = |text: &str| {
        let config = Config::parse(text, "config.yaml").unwrap();
        config.get::<BTreeMap<u8, u8>>("x").unwrap_err().to_string()
    };
    let expected = "\
the key of `x.y` must be a whole number from 0 to 255, found `y`
 --> config.yaml:1:12
  |
1 | x: { 1: 2, y: 3 }
  |            ^";
    assert_eq!(read("x: { 1: 2, y: 3 }"), expected);
    let value = read("x: { 1: y }");
    assert!(value.starts_with("`x.1` must be a whole number"), "{value}");
}

/// The texts of very many faults: so many single ones, and what is said of the rest.
fn of_many(error: &ConfigError) -> (usize, Vec<String>) {
    let is_rest = |text: &String| text.starts_with("… and ");
    let texts: Vec<String> = error.faults().iter().map(ToString::to_string).collect();
    let single = texts.iter().take_while(|text| !is_rest(text)).count();
    (single, texts[single..].to_vec())
}

#[test]
fn of_very_many_faults_the_rest_are_counted_where_they_are_known() {
    let lines = |line: fn(usize) -> String, count: usize| (0..count).map(line).collect::<String>();
    let section = |lines: String| {
        let text = format!("prometheus:\n  port: 1\n{lines}");
        Config::parse(&text, "config.yaml").unwrap().section("prometheus").read::<Prometheus>().unwrap_err()
    };
    let unknown = |count| section(lines(|number| format!("  k{number}: 1\n"), count));
    assert_eq!(of_many(&unknown(100)), (100, vec![]));
    let rest = "… and 7 more unknown keys in section `prometheus`\n --> config.yaml".to_owned();
    assert_eq!(of_many(&unknown(107)), (100, vec![rest]));

    let wrong = |count| section(format!("  labels:\n{}", lines(|_| "    - {}\n".to_owned(), count)));
    assert_eq!(of_many(&wrong(100)), (100, vec![]));
    let rest = "… and more wrong values in section `prometheus`\n --> config.yaml".to_owned();
    assert_eq!(of_many(&wrong(101)), (100, vec![rest]));

    let twice = |count| {
        let text = lines(|number| format!("k{number}: 1\nk{number}: 1\n"), count);
        Config::parse(&text, "config.yaml").unwrap_err()
    };
    assert_eq!(of_many(&twice(100)), (100, vec![]));
    assert_eq!(of_many(&twice(104)), (100, vec!["… and 4 more\n --> config.yaml".to_owned()]));
}

#[test]
fn wrong_values_behind_very_many_right_ones_are_told_as_far_as_it_does_not_take_long() {
    let text =
        format!("prometheus: {{ port: 1, labels: [{}{}] }}\n", "a, ".repeat(90_000), "[], ".repeat(50));
    let config = Config::parse(&text, "config.yaml").unwrap();
    let error = config.section("prometheus").read::<Prometheus>().unwrap_err();
    let [first, .., last] = error.faults() else { panic!("{error}") };
    assert_eq!(first.message(), "`prometheus.labels.90000` must be a text, found a list");
    assert_eq!(last.message(), "… and more wrong values in section `prometheus`");
    assert!((5..50).contains(&error.faults().len()), "{error}");
}
