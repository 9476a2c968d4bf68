//! Whatever stands in a file: an answer or an error, never a panic.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;

use crate::config::Config;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Section {
    #[serde(default)]
    level: u8,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    modes: BTreeMap<u32, Mode>,
    next: Option<Box<Self>>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
enum Mode {
    Off,
    Level(u8),
    Scene { name: String },
}

const SEED: &str = "\
%YAML 1.2
---
# a comment
base: &base
  level: 3        # another
  names: [hall, \"at\\u00e9\", 'it''s', *text, on]
lamp:
  <<: *base
  modes: { 1: Off, 2: !Level 3, 3: { Scene: { name: x } } }
  next:
    level: 0x10
    names:
    - |
      several
      lines
    - >-
      folded
      text
    - ? complex
      : value
text: &text 12:30
empty:
...
";

const PIECES: &[&str] = &[
    "\n",
    " ",
    "  ",
    "\t",
    ":",
    ": ",
    "- ",
    "-",
    "? ",
    "&a ",
    "*a",
    "*base",
    "<<: ",
    "<<: *base",
    "!",
    "!!",
    "!Level ",
    "!!str ",
    "|",
    ">",
    "|+2",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    "\"",
    "#",
    " #",
    "%",
    "---",
    "...",
    "~",
    "null",
    "\\",
    "\\x",
    "\\u12",
    "\r",
    "\u{feff}",
    "\u{0}",
    "\u{85}",
    "🦀",
    "\u{301}",
    "0",
    "00",
    "9999999999999999999999",
    "a: &a [*a]",
    "%TAG ! x\n",
    "@",
    "`",
];

#[derive(Debug, Clone)]
enum Mutation {
    Insert(usize, &'static str),
    Remove(usize, usize),
    Repeat(usize, usize, usize),
    Swap(usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = 0..SEED.len() * 2;
    prop_oneof![
        4 => (at.clone(), prop::sample::select(PIECES)).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        2 => (at.clone(), 1..20_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        1 => (at.clone(), 1..20_usize, 1..50_usize).prop_map(|(at, length, times)| Mutation::Repeat(at, length, times)),
        1 => (at.clone(), at).prop_map(|(one, other)| Mutation::Swap(one, other)),
    ]
}

fn mutated(mutations: &[Mutation]) -> String {
    let mut text: Vec<char> = SEED.chars().collect();
    for mutation in mutations {
        let length = text.len();
        let place = |at: usize| at % length.max(1);
        let range = |at: usize, width: usize| place(at)..(place(at) + width).min(length);
        match *mutation {
            Mutation::Insert(at, piece) => drop(text.splice(place(at)..place(at), piece.chars())),
            Mutation::Remove(at, length) => drop(text.drain(range(at, length))),
            Mutation::Repeat(at, length, times) => {
                let piece = text[range(at, length)].repeat(times);
                let at = place(at);
                drop(text.splice(at..at, piece));
            }
            Mutation::Swap(one, other) if length > 0 => text.swap(place(one), place(other)),
            Mutation::Swap(..) => {}
        }
    }
    text.into_iter().collect()
}

/// Reads, changes and writes it; whatever is read must be writable.
fn exercise(text: &str) -> Result<(), TestCaseError> {
    let mut config = match Config::parse(text, "garbage.yaml") {
        Ok(config) => config,
        Err(error) => {
            prop_assert!(!error.to_string().is_empty() && !error.faults().is_empty());
            return Ok(());
        }
    };
    let names: Vec<String> = config.keys("").map(str::to_owned).collect();
    for name in &names {
        if let Err(error) = config.section(name).read::<Section>() {
            prop_assert!(!error.to_string().is_empty());
        }
        let _ = config.get::<serde_json::Value>(name).map_err(|error| error.to_string());
        let _ = config.fault_at_key(name, "x", None).to_string();
    }
    let written = crate::config::yaml::document(&config.root);
    let again = Config::parse(&written, "written.yaml");
    let again = again.map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
    prop_assert_eq!(&again.root, &config.root, "{}", written);
    let _ = config.set("lamp.names.0", "x");
    config.delete("lamp.next");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn mutated_yaml_never_panics(mutations in prop::collection::vec(mutation(), 1..8)) {
        exercise(&mutated(&mutations))?;
    }

    #[test]
    fn indicators_never_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        exercise(&pieces.concat())?;
    }

    #[test]
    fn any_text_never_panics(text in any::<String>(), path in any::<String>()) {
        exercise(&text)?;
        let mut config = Config::new();
        let _ = config.set(&path, 1);
        let _ = config.get::<u8>(&path);
        config.delete(&path);
    }
}

#[test]
fn the_seed_itself_is_mostly_good() {
    let text = SEED.replace(", *text", "").replace("    - ? complex\n      : value\n", "");
    let config = Config::parse(&text, "seed.yaml").unwrap_or_else(|error| panic!("{error}"));
    let lamp: Section = config.section("lamp").read().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(lamp.level, 3);
    assert_eq!(lamp.names, ["hall", "até", "it's", "on"]);
    assert_eq!(lamp.next.unwrap().names, ["several\nlines\n", "folded text"]);
}

#[test]
fn every_prefix_is_answered() {
    for end in 0..SEED.len() {
        if let Some(prefix) = SEED.get(..end) {
            exercise(prefix).unwrap();
        }
    }
}
