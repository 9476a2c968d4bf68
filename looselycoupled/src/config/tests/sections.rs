//! Typed reads of sections.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::{Config, FaultKind};

fn read<T: DeserializeOwned>(text: &str) -> T {
    Config::parse(text, "config.yaml").unwrap().section("s").read().unwrap_or_else(|error| panic!("{error}"))
}

fn faults<T: DeserializeOwned>(text: &str) -> Vec<(FaultKind, String, Option<String>)> {
    let config = Config::parse(text, "config.yaml").unwrap();
    let error = config.section("s").read::<T>().err().expect("it should be refused");
    let fault = |fault: &crate::config::Fault| {
        (fault.kind(), fault.message().to_owned(), fault.suggestion().map(str::to_owned))
    };
    error.faults().iter().map(fault).collect()
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Defaults {
    level: u8,
    name: String,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Required {
    port: u16,
    #[serde(default)]
    tls: Option<Tls>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Tls {
    key: String,
    #[serde(alias = "cert")]
    certificate: String,
}

#[test]
fn an_absent_or_empty_section_reads_like_an_empty_map() {
    assert_eq!(read::<Defaults>("other: 1"), Defaults::default());
    assert_eq!(read::<Defaults>("s:"), Defaults::default());
    assert_eq!(read::<Defaults>("s: {}"), Defaults::default());
    assert_eq!(read::<Option<Required>>("other: 1"), None);
    read::<()>("other: 1");
    read::<()>("s: {}");
    let missing = faults::<Required>("other: 1");
    assert_eq!(missing, [(FaultKind::MissingKey, "missing key `port` in section `s`".to_owned(), None)]);
    assert!(Config::new().section("s").read::<Required>().is_err());
}

#[test]
fn nested_structs_options_and_aliases_are_read() {
    let text = "s: { port: 80, tls: { key: a, cert: b } }";
    let tls = Tls { key: "a".to_owned(), certificate: "b".to_owned() };
    assert_eq!(read::<Required>(text), Required { port: 80, tls: Some(tls) });
    assert_eq!(read::<Required>("s: { port: 80, tls: }"), Required { port: 80, tls: None });
}

#[test]
fn unknown_keys_are_refused_at_every_level_and_all_at_once() {
    let text = "s: { prot: 1, port: 80, tls: { kye: x, key: a, cert: b, zzz: 1 }, extra: {} }";
    let unknown = |key: &str, section: &str, near: Option<&str>| {
        let message = format!("unknown key `{key}` in section `{section}`");
        (FaultKind::UnknownKey, message, near.map(str::to_owned))
    };
    let expected = [
        unknown("prot", "s", Some("port")),
        unknown("kye", "s.tls", Some("key")),
        unknown("zzz", "s.tls", None),
        unknown("extra", "s", None),
    ];
    assert_eq!(faults::<Required>(text), expected);
}

#[test]
fn a_misspelt_key_is_not_also_called_missing() {
    let faults = faults::<Required>("s:\n  prot: 9100\n  tsl: {}");
    let messages: Vec<_> = faults.into_iter().map(|(_, message, _)| message).collect();
    assert_eq!(messages, ["unknown key `prot` in section `s`", "unknown key `tsl` in section `s`"]);
}

#[test]
fn unknown_keys_behind_a_wrong_value_are_found_too() {
    let faults = faults::<Required>("s:\n  port: many\n  tsl: {}\n");
    let kinds: Vec<_> = faults.into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, [FaultKind::Value, FaultKind::UnknownKey]);
}

#[test]
fn structs_that_refuse_unknown_keys_themselves_are_reported_alike() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[serde(default)]
        #[expect(dead_code, reason = "only read")]
        port: u16,
    }
    let faults = faults::<Strict>("s: { prot: 1, x: 2 }");
    assert_eq!(faults.len(), 2);
    assert_eq!(faults[0].1, "unknown key `prot` in section `s`");
    assert_eq!(faults[0].2.as_deref(), Some("port"));
    assert_eq!(faults[1].1, "unknown key `x` in section `s`");
}

#[test]
fn a_key_under_two_names_is_refused() {
    let faults = faults::<Tls>("s: { key: a, cert: b, certificate: c }");
    assert_eq!(faults[0].0, FaultKind::DuplicateKey);
    assert_eq!(faults[0].1, "key `certificate` is given under two names in section `s`");
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Off,
    Level(u8),
    Blend(u8, u8),
    Scene { name: String, fade: Option<f32> },
}

#[test]
fn enums_are_read_in_every_form() {
    assert_eq!(read::<Mode>("s: off"), Mode::Off);
    assert_eq!(read::<Mode>("s: { off: }"), Mode::Off);
    assert_eq!(read::<Mode>("s: !off"), Mode::Off);
    assert_eq!(read::<Mode>("s: { level: 3 }"), Mode::Level(3));
    assert_eq!(read::<Mode>("s: !level 3"), Mode::Level(3));
    assert_eq!(read::<Mode>("s: !blend [1, 2]"), Mode::Blend(1, 2));
    assert_eq!(read::<Mode>("s:\n  blend:\n  - 1\n  - 2\n"), Mode::Blend(1, 2));
    let scene = || Mode::Scene { name: "x".to_owned(), fade: Some(0.5) };
    assert_eq!(read::<Mode>("s: !scene { name: x, fade: 0.5 }"), scene());
    assert_eq!(read::<Mode>("s: { scene: { name: x, fade: 0.5 } }"), scene());
    assert_eq!(read::<Vec<Mode>>("s: [off, level: 3, !level 4]").len(), 3);
}

#[test]
fn wrong_enums_name_the_choice_and_the_near_miss() {
    let choice = "must be `off`, `level`, `blend` or `scene`";
    let value =
        |message: &str, near: Option<&str>| (FaultKind::Value, message.to_owned(), near.map(str::to_owned));
    assert_eq!(faults::<Mode>("s: levl"), [value(&format!("`s` {choice}, found `levl`"), Some("level"))]);
    assert_eq!(
        faults::<Mode>("s: { levl: 1 }"),
        [value(&format!("`s` {choice}, found `levl`"), Some("level"))]
    );
    assert_eq!(faults::<Mode>("s: [1]"), [value("`s` must be a name or a map of one, found a list", None)]);
    assert_eq!(
        faults::<Mode>("s: {a: 1, b: 2}"),
        [value("`s` must be a name or a map of one, found a map of 2", None)]
    );
    assert_eq!(
        faults::<Mode>("s: { level: x }"),
        [value("`s.level` must be a whole number from 0 to 255, found `x`", None)]
    );
    let unknown = faults::<Mode>("s: !scene { name: x, fase: 1 }");
    assert_eq!(unknown[0].1, "unknown key `fase` in section `s.scene`");
    assert_eq!(faults::<Mode>("s:").len(), 1);
}

#[test]
fn maps_take_keys_of_every_type() {
    assert_eq!(read::<HashMap<u32, String>>("s: { 3: a, 0x10: b }")[&16], "b");
    assert_eq!(read::<BTreeMap<String, u8>>("s: { 3: 1, on: 2 }")["on"], 2);
    assert_eq!(read::<BTreeMap<bool, u8>>("s: { on: 1, no: 2 }")[&false], 2);
    assert_eq!(read::<BTreeMap<char, u8>>("s: { a: 1 }")[&'a'], 1);
    assert_eq!(read::<HashMap<Option<i8>, ()>>("s: { -3: }").len(), 1);
    let wrong = faults::<HashMap<u32, String>>("s: { 3: a, x: b }");
    assert_eq!(wrong[0].1, "the key of `s.x` must be a whole number from 0 to 4294967295, found `x`");
}

#[test]
fn flattened_structs_are_read() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        level: u8,
        name: String,
        #[serde(flatten)]
        inner: Inner,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        port: u16,
        #[serde(default)]
        wait: bool,
    }
    let outer: Outer = read("s: { level: 0x10, name: 007, port: 80, wait: true, more: 1 }");
    assert_eq!((outer.level, outer.name.as_str(), outer.inner.port), (16, "007", 80));
    assert_eq!(outer.rest, BTreeMap::from([("more".to_owned(), 1)]));
    assert!(outer.inner.wait);
    assert_eq!(faults::<Outer>("s: { level: 1, name: x }")[0].0, FaultKind::MissingKey);
}

#[test]
fn flattening_structs_can_refuse_unknown_keys() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        port: u16,
    }
    let config = Config::parse("s:\n  port: 80\n  prot: 81\n", "config.yaml").unwrap();
    let error = config.section("s").read::<Outer>().unwrap_err();
    let fault = &error.faults()[0];
    assert_eq!((fault.kind(), fault.line(), fault.column()), (FaultKind::UnknownKey, Some(3), Some(3)));
    assert_eq!(fault.message(), "unknown key `prot` in section `s`");
}

#[test]
fn buffering_enums_are_read() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
    enum Provider {
        Socket { url: String },
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u8),
        Text(String),
    }
    let provider: Provider = read("s: { kind: socket, url: \"unix:home.sock\" }");
    assert_eq!(provider, Provider::Socket { url: "unix:home.sock".to_owned() });
    assert_eq!(read::<Vec<Either>>("s: [1, x]"), [Either::Number(1), Either::Text("x".to_owned())]);
    assert_eq!(faults::<Provider>("s: { kind: sokcet }")[0].2.as_deref(), Some("socket"));
    let unknown = faults::<Provider>("s: { kind: socket, url: x, ulr: y }");
    let message = "unknown key `ulr` in section `s`".to_owned();
    assert_eq!(unknown, [(FaultKind::UnknownKey, message, Some("url".to_owned()))]);
}

#[test]
fn tuples_have_their_length() {
    assert_eq!(read::<(u8, u8)>("s: [1, 2]"), (1, 2));
    let long = faults::<(u8, u8)>("s: [1, 2, 3]");
    assert_eq!(long[0].1, "`s` must be a list of 2, found 3 items");
    let short = faults::<(u8, u8)>("s: [1]");
    assert_eq!(short[0].1, "`s` must be a tuple of size 2, found 1 items");
    assert_eq!(faults::<Vec<u8>>("s: { a: 1 }")[0].1, "`s` must be a list, found a map");
    assert_eq!(faults::<Vec<u8>>("s: [1, [2]]")[0].1, "`s.1` must be a whole number, found a list");
}

#[test]
fn own_checks_of_a_type_are_located() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "u8")]
    struct Percent;
    impl TryFrom<u8> for Percent {
        type Error = String;
        fn try_from(level: u8) -> Result<Self, String> {
            if level > 100 { Err(format!("{level} is above 100")) } else { Ok(Self) }
        }
    }
    let config = Config::parse("s:\n  - 1\n  - 200\n", "config.yaml").unwrap();
    let error = config.section("s").read::<Vec<Percent>>().unwrap_err();
    assert_eq!(error.faults()[0].message(), "`s.1`: 200 is above 100");
    assert_eq!((error.faults()[0].line(), error.faults()[0].column()), (Some(3), Some(5)));
}

#[test]
fn all_wrong_values_are_found_at_every_level_and_all_at_once() {
    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Outer {
        level: u8,
        names: Vec<String>,
        inner: BTreeMap<String, Defaults>,
        modes: Vec<Mode>,
    }
    let text = "s:\n  level: high\n  names: [a, [], b, {}]\n  inner:\n    one: { level: low, nam: x }\n    two: 3\n\
                \x20   three: { level: none }\n  modes: [off, levl, level: x]\n";
    let messages: Vec<_> = faults::<Outer>(text).into_iter().map(|(_, message, _)| message).collect();
    let choice = "must be `off`, `level`, `blend` or `scene`";
    let byte = "must be a whole number from 0 to 255";
    let expected = [
        format!("`s.level` {byte}, found `high`"),
        "`s.names.1` must be a text, found a list".to_owned(),
        "`s.names.3` must be a text, found a map".to_owned(),
        format!("`s.inner.one.level` {byte}, found `low`"),
        "unknown key `nam` in section `s.inner.one`".to_owned(),
        "`s.inner.two` must be a map, found `3`".to_owned(),
        format!("`s.inner.three.level` {byte}, found `none`"),
        format!("`s.modes.1` {choice}, found `levl`"),
        format!("`s.modes.2.level` {byte}, found `x`"),
    ];
    assert_eq!(messages, expected);
}

#[test]
fn what_stands_behind_a_wrong_value_of_a_tuple_is_not_taken_for_that() {
    #[derive(Debug, Deserialize)]
    struct Pairs {
        _pair: (u8, String),
        _after: u8,
    }
    let messages: Vec<_> = faults::<Pairs>("s: { _pair: [x, name], _after: y }")
        .into_iter()
        .map(|(_, message, _)| message)
        .collect();
    let byte = "must be a whole number from 0 to 255";
    assert_eq!(messages, [format!("`s._pair.0` {byte}, found `x`"), format!("`s._after` {byte}, found `y`")]);
}

#[test]
fn a_key_with_a_wrong_value_is_not_also_called_missing_but_another_one_is() {
    let messages =
        |text| faults::<Required>(text).into_iter().map(|(_, message, _)| message).collect::<Vec<_>>();
    let port = "`s.port` must be a whole number from 0 to 65535, found `many`";
    assert_eq!(messages("s: { port: many }"), [port]);
    let key = "missing key `certificate` in section `s.tls`";
    assert_eq!(messages("s: { port: many, tls: { key: a } }"), [port, key]);
}

#[test]
fn what_a_type_says_of_all_its_values_is_not_repeated_where_one_of_them_is_wrong() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "Defaults")]
    struct Lit;
    impl TryFrom<Defaults> for Lit {
        type Error = &'static str;
        fn try_from(defaults: Defaults) -> Result<Self, &'static str> {
            if defaults.level == 0 { Err("it is dark") } else { Ok(Self) }
        }
    }
    let messages = |text| faults::<Lit>(text).into_iter().map(|(_, message, _)| message).collect::<Vec<_>>();
    assert_eq!(messages("s: { level: 0 }"), ["`s`: it is dark"]);
    assert_eq!(messages("s: { level: x }"), ["`s.level` must be a whole number from 0 to 255, found `x`"]);
}

#[test]
fn keys_that_contain_dots_end_the_search_for_faults_as_well() {
    let text = "s: { a.b: { level: x }, a: { level: y }, c: { a.b: z } }";
    let wrong = faults::<BTreeMap<String, Defaults>>(text);
    assert_eq!(wrong.len(), 3, "{wrong:#?}");
}
