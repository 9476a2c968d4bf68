//! What a YAML document may hold: anchors, merges, tags, limits.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::config::{Config, FaultKind, Position};

fn parse(text: &str) -> Config {
    Config::parse(text, "config.yaml").unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> (FaultKind, String) {
    let error = Config::parse(text, "config.yaml").unwrap_err();
    (error.faults()[0].kind(), error.faults()[0].message().to_owned())
}

#[test]
fn nothing_is_an_empty_configuration() {
    for text in ["", "\n", "# only a comment\n", "---\n", "---\n...\n", "~", "{}", "\u{FEFF}", "\u{FEFF}# x"]
    {
        assert_eq!(parse(text).keys("").count(), 0, "{text:?}");
    }
}

#[test]
fn only_maps_are_configurations() {
    let (kind, message) = refused("- a\n- b\n");
    assert_eq!(
        (kind, message.as_str()),
        (FaultKind::Value, "a configuration is a map of sections, not a list")
    );
    assert_eq!(refused("hello").1, "a configuration is a map of sections, not a single value");
    assert_eq!(refused("a: 1\n---\nb: 2\n").1, "a second document begins here");
}

#[test]
fn aliases_and_merge_keys_are_applied() {
    let config = parse(
        "base: &base { level: 1, name: base }\n\
         more: &more { level: 2, fade: 3 }\n\
         one: { <<: *base, level: 9 }\n\
         both: { <<: [*base, *more], x: 1 }\n\
         inline: { <<: { level: 5 } }\n\
         list: &list [1, 2]\n\
         same: *list\n\
         quoted: { \"<<\": 1 }\n\
         empty: { <<: , x: 1 }\n",
    );
    assert_eq!(config.get("one.level").unwrap(), Some(9));
    assert_eq!(config.get::<String>("one.name").unwrap().as_deref(), Some("base"));
    assert_eq!(config.get("both.level").unwrap(), Some(1));
    assert_eq!(config.get("both.fade").unwrap(), Some(3));
    assert_eq!(config.get("inline.level").unwrap(), Some(5));
    assert_eq!(config.get::<Vec<u8>>("same").unwrap(), Some(vec![1, 2]));
    assert_eq!(config.keys("quoted").collect::<Vec<_>>(), ["<<"]);
    assert_eq!(config.keys("empty").collect::<Vec<_>>(), ["x"]);
    assert!(refused("a: { <<: 3 }").1.starts_with("`<<` takes a map"));
    assert!(refused("a: { <<: [3] }").1.starts_with("`<<` takes a map"));
}

#[test]
fn merges_agree_with_serde_saphyr() {
    let texts = [
        "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n",
        "a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b], w: 4}\nd: {<<: [*b, *a]}\n",
        "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, x: 5}\n",
        "a: {x: 1, <<: {x: 2, y: 3}, y: 4}\n",
    ];
    for text in texts {
        type Tree = BTreeMap<String, BTreeMap<String, u8>>;
        let theirs: Tree = serde_saphyr::from_str(text).unwrap();
        assert_eq!(parse(text).get::<Tree>("").unwrap(), Some(theirs), "{text}");
    }
}

#[test]
fn every_duplicate_key_is_told_with_both_places() {
    let text = "a: 1\nb: { x: 1, y: 2, x: 3 }\na: 2\n";
    let error = Config::parse(text, "config.yaml").unwrap_err();
    let keys: Vec<_> = error.faults().iter().map(|fault| (fault.kind(), fault.key(), fault.line())).collect();
    let expected =
        [(FaultKind::DuplicateKey, Some("b.x"), Some(2)), (FaultKind::DuplicateKey, Some("a"), Some(3))];
    assert_eq!(keys, expected);
    assert!(error.to_string().contains("first given here"));
    // The quotes make no second key: a look-up could not tell them apart.
    assert_eq!(refused("1: a\n\"1\": b\n").0, FaultKind::DuplicateKey);
}

#[test]
fn keys_are_single_values() {
    assert_eq!(refused("? [a, b]\n: c\n").1, "a key must be a single value");
    assert_eq!(refused("? {a: b}\n: c\n").1, "a key must be a single value");
    assert_eq!(refused("a: &x [1]\n*x : c\n").1, "a key must be a single value");
    assert_eq!(refused(": c\n").1, "a key is missing");
    assert_eq!(parse("a: &x b\n*x : c\n").keys("").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(parse("? long key\n: c\n").keys("").collect::<Vec<_>>(), ["long key"]);
}

#[test]
fn tags_without_meaning_are_refused() {
    assert_eq!(refused("a: !!binary aGk=\n").1, "the tag `!!binary` has no meaning in a configuration");
    assert_eq!(refused("a: !!set {x: }\n").0, FaultKind::Syntax);
    assert_eq!(refused("a: !!int x\n").1, "`x` is not what its tag says");
    let config = parse("a: !secret password\n");
    let error = config.get::<String>("a").unwrap_err();
    assert_eq!(error.faults()[0].message(), "`a` must be a text, found the tag `!secret`");
}

#[test]
fn keys_know_where_they_stand() {
    let config = parse("# x\nlamp: {}\n\"ä ö\":\n  sub: 1\n");
    let keys: Vec<_> = config.top_level_keys().collect();
    let at = |line, column| Some(Position { line, column });
    assert_eq!(keys, [("lamp", at(2, 1)), ("ä ö", at(3, 1))]);
    assert_eq!(config.section("ä ö").position(), at(3, 1));
    assert!(config.section("lamp").is_present() && !config.section("door").is_present());
    let fault = config.fault_at_key("ä ö.sub", "no such thing", Some("sup"));
    assert_eq!((fault.line(), fault.column(), fault.suggestion()), (Some(4), Some(3), Some("sup")));
    assert_eq!(config.fault_at_key("door", "absent", None).line(), None);
}

#[test]
fn deep_nesting_is_refused() {
    let flow = format!("a: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(refused(&flow), (FaultKind::Limit, "more than 64 levels are too many".to_owned()));
    let mut block = String::new();
    for depth in 0..200 {
        writeln!(block, "{}k:", " ".repeat(depth)).unwrap();
    }
    assert_eq!(refused(&block).0, FaultKind::Limit);
    let mixed = format!("{}{}{}", "- ".repeat(50), "[".repeat(50), "]".repeat(50));
    assert_eq!(refused(&mixed).0, FaultKind::Limit);
    let fine = format!("a: {}{}", "[".repeat(60), "]".repeat(60));
    assert!(parse(&fine).contains("a.0.0.0"));
}

#[test]
fn aliases_cannot_nest_deeper_than_the_limit() {
    let mut text = "a0: &a0 [1]\n".to_owned();
    for level in 1..100 {
        writeln!(text, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    assert_eq!(refused(&text).0, FaultKind::Limit);
}

#[test]
fn alias_bombs_are_refused_quickly() {
    let begin = Instant::now();
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    let mut merges = "a0: &a0 {k0: lol}\n".to_owned();
    for level in 1..30 {
        let alias = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{alias}]").unwrap();
        writeln!(merges, "a{level}: &a{level} {{x: [{alias}], <<: [{alias}]}}").unwrap();
    }
    assert_eq!(refused(&text).0, FaultKind::Limit);
    assert_eq!(refused(&merges).0, FaultKind::Limit);
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1_000_000), vec!["*a"; 1000].join(", "));
    assert_eq!(refused(&long).0, FaultKind::Limit);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[test]
fn an_alias_cannot_contain_itself() {
    assert_eq!(refused("a: &a [*a]\n").1, "an alias stands inside of what it stands for");
    assert_eq!(refused("a: &a { <<: *a }\n").1, "an alias stands inside of what it stands for");
    assert_eq!(refused("a: *b\n").0, FaultKind::Syntax);
}
