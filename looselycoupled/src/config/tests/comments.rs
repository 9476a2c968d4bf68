//! Saving leaves comments and layout where nothing changed.

use std::fs;

use proptest::prelude::*;

use super::folder::Folder;
use crate::config::Config;

const FILE: &str = "\
# house
---
lamp:   # the lamp
  # in percent
  level: 40   # not too bright
  name: \"Hall\"  # quoted

  scenes:  [ dim, bright ]   # two

# the door
door:
    script: |
      open
      # no comment
    # one level up
    code: 007
# the end
";

/// Changes the file and gives what is then in it, and how many comments were lost.
fn changed(before: &str, change: impl FnOnce(&mut Config)) -> (String, usize) {
    let folder = Folder::new();
    let path = folder.file("config.yaml", before);
    let mut config = Config::load(&path).unwrap();
    change(&mut config);
    let saved = config.save().unwrap();
    let after = fs::read_to_string(&path).unwrap();
    assert_eq!(Config::load(&path).unwrap().root, config.root);
    (after, saved.comments_lost())
}

fn replaced(from: &str, to: &str) -> (String, usize) {
    assert!(FILE.contains(from), "{from}");
    (FILE.replace(from, to), 0)
}

#[test]
fn an_unchanged_file_stays_as_it_is() {
    assert_eq!(changed(FILE, |_| {}), (FILE.to_owned(), 0));
}

#[test]
fn single_values_change_in_their_line() {
    let set = |path: &'static str, value: &'static str| {
        changed(FILE, move |config| config.set(path, value).unwrap())
    };
    assert_eq!(changed(FILE, |config| config.set("lamp.level", 5).unwrap()), replaced("40", "5"));
    assert_eq!(set("lamp.name", "Attic"), replaced("\"Hall\"", "Attic"));
    assert_eq!(set("lamp.name", "yes"), replaced("\"Hall\"", "\"yes\""));
    assert_eq!(set("lamp.name", ""), replaced("\"Hall\"", "\"\""));
    assert_eq!(set("door.code", "008"), replaced("007", "\"008\""));
}

#[test]
fn other_values_change_with_their_key() {
    let (after, lost) = changed(FILE, |config| config.set("lamp.scenes.2", "off").unwrap());
    let scenes = "  scenes:\n    - dim\n    - bright\n    - \"off\"\n";
    assert_eq!((after, lost), (FILE.replace("  scenes:  [ dim, bright ]   # two\n", scenes), 1));
    let script = changed(FILE, |config| config.set("door.script", "close\nlock\n").unwrap());
    assert_eq!(script, replaced("open\n      # no comment\n", "close\n      lock\n"));
    let lines = changed(FILE, |config| config.set("lamp.name", "a\nb").unwrap());
    assert_eq!(lines, (FILE.replace("\"Hall\"  # quoted", "|-\n    a\n    b"), 1));
}

#[test]
fn keys_come_and_go_between_the_comments() {
    let added = changed(FILE, |config| config.set("lamp.fade", "2s").unwrap());
    assert_eq!(added, replaced("# two\n", "# two\n  fade: 2s\n"));
    let section = changed(FILE, |config| config.set("bell.tone", 3).unwrap());
    assert_eq!(section, replaced("007\n", "007\nbell:\n  tone: 3\n"));
    let removed = changed(FILE, |config| assert!(config.delete("lamp.scenes")));
    assert_eq!(removed, (FILE.replace("  scenes:  [ dim, bright ]   # two\n", ""), 1));
    let gone = changed(FILE, |config| assert!(config.delete("lamp")));
    assert_eq!(
        gone,
        ("# house\n---\n\n# the door\n".to_owned() + FILE.split_once("# the door\n").unwrap().1, 5)
    );
}

#[test]
fn anchors_that_are_in_the_way_cost_the_comments_but_no_value() {
    let before = "# x\na: &a { x: 1 }\nb: *a\n";
    let (after, lost) = changed(before, |config| config.set("a.x", 2).unwrap());
    assert_eq!((after.as_str(), lost), ("a:\n  x: 2\nb:\n  x: 1\n", 1));
    let (after, lost) = changed(before, |config| config.set("b.x", 2).unwrap());
    assert_eq!((after.as_str(), lost), ("# x\na: &a { x: 1 }\nb:\n  x: 2\n", 0));
}

#[test]
fn other_line_ends_are_kept() {
    let (after, lost) = changed("# x\r\na: 1 # y\r\nb: 2\r\n", |config| config.set("a", 3).unwrap());
    assert_eq!((after.as_str(), lost), ("# x\r\na: 3 # y\r\nb: 2\r\n", 0));
    let (after, _) = changed("a: 1 # x", |config| config.set("b", 2).unwrap());
    assert_eq!(after, "a: 1 # x\nb: 2\n");
}

#[test]
fn a_file_that_becomes_empty_is_still_a_configuration() {
    assert_eq!(changed("a: 1 # x\n", |config| assert!(config.delete("a"))), ("{}\n".to_owned(), 1));
    assert_eq!(changed("# x\n", |config| config.set("a", 1).unwrap()).0, "a: 1\n");
}

const PATHS: &[&str] = &[
    "lamp",
    "lamp.level",
    "lamp.name",
    "lamp.scenes",
    "lamp.scenes.0",
    "lamp.new",
    "lamp.new.x",
    "door",
    "door.script",
    "door.code",
    "bell",
    "bell.tone",
    "1",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_changes_is_what_is_read_again(
        changes in prop::collection::vec((prop::sample::select(PATHS), prop::option::of(any::<String>())), 1..6),
    ) {
        changed(FILE, |config| {
            for (path, value) in changes {
                match value {
                    Some(value) => drop(config.set(path, value)),
                    None => drop(config.delete(path)),
                }
            }
        });
    }
}

#[test]
fn aliases_that_are_written_out_are_counted() {
    let lost = |text: &str, path: &'static str| {
        let folder = Folder::new();
        let file = folder.file("config.yaml", text);
        let mut config = Config::load(&file).unwrap();
        config.set(path, 5).unwrap();
        let saved = config.save().unwrap();
        (fs::read_to_string(&file).unwrap(), saved.aliases_lost())
    };
    let shared =
        "x-common: &common\n  level: 40\nhall:\n  <<: *common\nattic: *common\nporch: { level: 1 }\n";
    let (text, aliases) = lost(shared, "porch.level");
    assert_eq!(aliases, 0, "{text}");
    assert_eq!(text.matches("*common").count(), 2, "{text}");
    let (text, aliases) = lost(shared, "x-common.level");
    assert_eq!(aliases, 2, "{text}");
    assert!(!text.contains('*') && text.matches("level: 40").count() == 2, "{text}");
}
