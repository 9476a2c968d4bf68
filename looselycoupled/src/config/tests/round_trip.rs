//! What is written reads back to the same tree, here and elsewhere.

use proptest::prelude::*;

use crate::config::node::{Entry, Node, NodeValue};
use crate::config::scalar::Scalar;
use crate::config::{Config, yaml};

const TEXTS: &[&str] = &[
    "yes",
    "no",
    "on",
    "off",
    "true",
    "null",
    "~",
    "",
    "1.0",
    "1",
    "007",
    "0x1F",
    "1e3",
    ".inf",
    "12:30",
    "2024-01-01",
    "#x",
    "a #x",
    ": ",
    "a: b",
    "a:",
    ":",
    "-",
    "- a",
    "?",
    "? a",
    "!x",
    "&x",
    "*x",
    "|",
    ">",
    "%x",
    "@x",
    "`x",
    "'",
    "\"",
    "'x'",
    "\"x\"",
    "[",
    "]",
    "{",
    "}",
    "[]",
    "{}",
    ",",
    "a, b",
    "\n",
    "a\nb",
    "a\nb\n",
    "\na",
    "a\n\nb",
    "a\n\n",
    " a",
    "a ",
    " ",
    "\t",
    "a\tb",
    "a\n b\n  c\n",
    "a \nb",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "ä",
    "日本",
    "🦀",
    "\r",
    "a\r\nb",
    "...",
    "---",
    "--- a",
    "... a",
    "<<",
    "=",
    "\\",
    "\\n",
    "a\\",
    "\u{1b}[0m",
    "y",
    "n",
    "NaN",
    "C:\\x",
    "http://x",
    "{a: b}",
    "0",
    "-1",
    "+1",
    "1_000",
    "1:2:3",
    "-.5",
    "a'b",
    "a\"b",
    "\u{a0}",
    "\u{a0}a",
    "\u{fffd}",
    "\u{fffe}",
    "\u{10ffff}",
    "a\n# b\n",
    "a\n\tb",
    "a\n---\nb",
    "null\n",
    "x: |\n  y",
    "!!str x",
    "a\u{3000}b",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(TEXTS).prop_map(str::to_owned),
        2 => ".{0,12}",
        1 => any::<String>(),
        1 => "[a-z \n#:'\"|>-]{0,20}",
        1 => "[0-9a-fxo_.:eE+-]{1,8}",
        1 => Just("k".repeat(1100)),
    ]
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        6 => text().prop_map(Scalar::text),
        1 => Just(Scalar::null()),
        1 => any::<bool>().prop_map(|flag| Scalar::plain(flag.to_string())),
        1 => any::<i64>().prop_map(|number| Scalar::plain(number.to_string())),
        1 => any::<u64>().prop_map(|number| Scalar::plain(number.to_string())),
        1 => prop::sample::select(&["007", "yes", "12:30", "0x1F", ".nan", "1e3", "~"][..]).prop_map(Scalar::plain),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = scalar().prop_map(|scalar| Node::new(NodeValue::Scalar(scalar)));
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| Node::new(NodeValue::List(items))),
            entries(inner).prop_map(|entries| Node::new(NodeValue::Map(entries.into()))),
        ]
    })
}

fn entries(inner: impl Strategy<Value = Node>) -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::vec((text(), inner), 0..5).prop_map(|pairs| {
        let mut entries: Vec<Entry> = Vec::new();
        for (key, node) in pairs {
            if entries.iter().all(|entry| entry.key != key) {
                entries.push(Entry { key, span: None, node });
            }
        }
        entries
    })
}

fn root() -> impl Strategy<Value = Node> {
    entries(node()).prop_map(|entries| Node::new(NodeValue::Map(entries.into())))
}

/// The tree as serde-saphyr reads it: texts are told from numbers by a tag of ours.
fn as_json(node: &Node) -> serde_json::Value {
    crate::config::read::read(node, "", &crate::config::source::Source::none()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn every_tree_reads_back(root in root()) {
        let written = yaml::document(&root);
        let config = Config::parse(&written, "written");
        let config = config.map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
        prop_assert_eq!(&config.root, &root, "{}", written);
        prop_assert_eq!(yaml::document(&config.root), written);
    }

    #[test]
    fn texts_are_texts_to_other_readers(texts in prop::collection::vec(text(), 1..6)) {
        let items = texts.iter().map(|text| Node::new(NodeValue::Scalar(Scalar::text(text.as_str())))).collect();
        let entry = Entry { key: "a".to_owned(), span: None, node: Node::new(NodeValue::List(items)) };
        let written = yaml::document(&Node::new(NodeValue::Map(vec![entry].into())));
        let theirs: std::collections::BTreeMap<String, Vec<serde_json::Value>> =
            serde_saphyr::from_str(&written).map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
        prop_assert_eq!(&theirs["a"], &texts.into_iter().map(serde_json::Value::from).collect::<Vec<_>>());
    }

    #[test]
    fn what_serde_saphyr_writes_is_read_alike(root in root()) {
        let value = as_json(&root);
        let written = serde_saphyr::to_string(&value).unwrap();
        let theirs: Result<serde_json::Value, _> = serde_saphyr::from_str(&written);
        prop_assume!(theirs.is_ok_and(|theirs| theirs == value));
        let config = Config::parse(&written, "written");
        let config = config.map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
        let ours: serde_json::Value = config.get("").unwrap().unwrap_or_default();
        prop_assert_eq!(ours, value, "{}", written);
    }
}

#[test]
fn each_tricky_text_reads_back_alone() {
    for text in TEXTS {
        let mut config = Config::new();
        config.set("a", text).unwrap();
        config.set("b", [[text]]).unwrap();
        config.set("c", std::collections::BTreeMap::from([(text, text)])).unwrap();
        let written = yaml::document(&config.root);
        let read = Config::parse(&written, "written").unwrap_or_else(|error| panic!("{error}\n{written}"));
        assert_eq!(read.root, config.root, "{written}");
    }
}
