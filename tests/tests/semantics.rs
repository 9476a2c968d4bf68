//! What docs/semantics.md and docs/from-python.md say of the tests is true.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read fails its test")]

use std::fs;
use std::path::Path;

/// What stands between backticks in a page.
fn code_spans(page: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs").join(page);
    let page = fs::read_to_string(page).unwrap();
    page.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The text of a file of tests, which is a folder if it holds several ideas.
fn text_of(tests: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(tests);
    if let Ok(text) = fs::read_to_string(path.with_extension("rs")) {
        return text;
    }
    let files = fs::read_dir(&path).into_iter().flatten().map(|file| file.unwrap().path());
    let sources = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    sources.map(|file| fs::read_to_string(file).unwrap()).collect()
}

fn has_test(tests: &str, function: &str) -> bool {
    let text = text_of(tests);
    let Some(place) = text.find(&format!("fn {function}(")) else {
        // One line of a suite, run for everything that takes part in it.
        return text.contains(&format!("fn {function}<")) && text.contains(&format!("::{function},"));
    };
    // Nothing but the attributes stands between a test and what comes before it.
    let before = text[..place].rsplit("\n\n").next().unwrap_or_default();
    ["#[test]", "#[tokio::test", "#[looselycoupled::test"].iter().any(|attribute| before.contains(attribute))
}

/// The tests that a page names and that do not exist.
fn missing(page: &str, at_least: usize) -> Vec<String> {
    let spans = code_spans(page);
    // Types of the crate begin with a capital; `…` stands for the file before.
    let named = spans.iter().filter_map(|span| span.split_once("::"));
    let is_word =
        |text: &str| text.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || "_…".contains(c));
    let of_a_file = named.filter(|(file, function)| is_word(file) && is_word(function));
    let (mut found, mut missing, mut last) = (0, Vec::new(), "");
    for (file, function) in of_a_file {
        last = if file == "…" { last } else { file };
        found += 1;
        if !has_test(last, function) {
            missing.push(format!("{last}::{function}"));
        }
    }
    assert!(found > at_least, "the tests have been found");
    missing
}

#[test]
fn every_test_that_the_pages_name_exists() {
    assert_eq!(missing("semantics.md", 100), [""; 0]);
    assert_eq!(missing("from-python.md", 60), [""; 0]);
}

#[test]
fn every_row_of_the_table_of_fates_names_tests_that_exist() {
    let text = text_of("fates");
    let spans = code_spans("semantics.md");
    let named = spans.iter().filter(|span| {
        ["a_target_", "a_sender_", "an_orderly_", "a_forced_"].iter().any(|start| span.starts_with(start))
    });
    for name in named {
        assert!(text.contains(&format!("fn {}", name.trim_end_matches('…'))), "{name}");
    }
}
