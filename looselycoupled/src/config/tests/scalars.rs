//! What single values mean: the same as to serde-saphyr, for every type.

use proptest::prelude::*;
use serde::de::DeserializeOwned;

use crate::config::Config;

/// What both make of a value in one field; `None` if it is refused.
fn both<T: DeserializeOwned>(written: &str) -> (Option<T>, Option<T>) {
    #[derive(serde::Deserialize)]
    struct Section<T> {
        value: T,
    }
    let ours = Config::parse(&format!("s:\n  value: {written}\n"), "test");
    let ours = ours.ok().and_then(|config| config.section("s").read::<Section<T>>().ok());
    let theirs = serde_saphyr::from_str::<Section<T>>(&format!("value: {written}\n"));
    (ours.map(|section| section.value), theirs.ok().map(|section| section.value))
}

fn agree<T: DeserializeOwned + PartialEq + std::fmt::Debug>(written: &str) {
    let (ours, theirs) = both::<T>(written);
    assert_eq!(ours, theirs, "{written} as {}", std::any::type_name::<T>());
}

fn agree_for_every_type(written: &str) {
    agree::<bool>(written);
    agree::<u8>(written);
    agree::<i8>(written);
    agree::<u64>(written);
    agree::<i64>(written);
    agree::<u128>(written);
    agree::<i128>(written);
    agree::<String>(written);
    agree::<char>(written);
    agree::<Option<u16>>(written);
    agree::<Option<bool>>(written);
    agree::<Option<String>>(written);
    // Bits, since NaN is not equal to itself.
    let (ours, theirs) = both::<f64>(written);
    assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits), "{written} as f64");
    let (ours, theirs) = both::<f32>(written);
    assert_eq!(ours.map(f32::to_bits), theirs.map(f32::to_bits), "{written} as f32");
}

const WRITTEN: &[&str] = &[
    "",
    "~",
    "null",
    "Null",
    "NULL",
    "nUll",
    "true",
    "True",
    "TRUE",
    "false",
    "yes",
    "Yes",
    "no",
    "on",
    "off",
    "ON",
    "y",
    "n",
    "Y",
    "0",
    "-0",
    "+0",
    "1",
    "+1",
    "-1",
    "007",
    "-007",
    "00",
    "0x1F",
    "0X1f",
    "0o17",
    "0b101",
    "-0x80",
    "1_000",
    "1__0",
    "_1",
    "1_",
    "255",
    "256",
    "-128",
    "-129",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211455",
    "340282366920938463463374607431768211456",
    "-170141183460469231731687303715884105728",
    "-170141183460469231731687303715884105729",
    "1.0",
    "1.",
    ".5",
    "1e3",
    "1E+3",
    "1e999",
    "-1e999",
    ".inf",
    "-.inf",
    "+.INF",
    ".nan",
    ".NaN",
    "inf",
    "nan",
    "infinity",
    "12:30",
    "2024-01-01",
    "x",
    "'x'",
    "\"yes\"",
    "'007'",
    "'12'",
    "\"\"",
    "''",
    "\" 12 \"",
    "'null'",
    "|\n    12\n",
    "abc def",
    "[1]",
    "{a: 1}",
];

#[test]
fn typed_reads_agree_with_serde_saphyr() {
    for written in WRITTEN {
        agree_for_every_type(written);
    }
}

#[test]
fn a_text_tag_is_as_good_as_quotes() {
    for written in ["!!str null", "!!str 12", "! 12", "!!str ''", "!!str", "!!str [x]"] {
        agree::<String>(written);
        agree::<Option<String>>(written);
    }
}

#[test]
fn a_tag_makes_quotes_meaningless() {
    agree::<bool>("!!bool yes");
    agree::<bool>("!!bool 'yes'");
    agree::<u8>("!!int '12'");
    agree::<f64>("!!float '1'");
    agree::<Option<u8>>("!!null ''");
    agree::<serde_json::Value>("!!int '12'");
    agree::<serde_json::Value>("!!null ''");
}

#[test]
fn texts_are_what_was_written() {
    for text in ["on", "off", "yes", "no", "12:30", "007", "1.0", "0x1F", "1_000", "true", "2024-01-01"] {
        let config = Config::parse(&format!("a: {text}"), "test").unwrap();
        assert_eq!(config.get::<String>("a").unwrap().as_deref(), Some(text));
    }
}

#[test]
fn without_a_type_only_yaml_1_2_counts() {
    use serde_json::{Value, json};
    let config = Config::parse(
        "[on, 007, 12:30, true, ~, 1, -1, 1.5, '1', 0x10]".replace('[', "a: [").as_str(),
        "test",
    );
    let value: Value = config.unwrap().get("a").unwrap().unwrap();
    assert_eq!(value, json!(["on", "007", "12:30", true, null, 1, -1, 1.5, "1", 16]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn typed_reads_agree_for_texts_that_look_like_numbers(written in "[-+]?[0-9.][0-9a-fxob_.eE+:-]{0,8}[0-9a-fo_.]") {
        agree_for_every_type(&written);
    }
}
