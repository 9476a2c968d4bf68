//! What docs/semantics.md says of the tests is true.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read fails its test")]

use std::fs;
use std::path::Path;

/// What stands between backticks in the page.
fn code_spans() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/semantics.md");
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
    let Some(place) = text.find(&format!("fn {function}(")) else { return false };
    // Nothing but the attributes stands between a test and what comes before it.
    let before = text[..place].rsplit("\n\n").next().unwrap_or_default();
    ["#[test]", "#[tokio::test", "#[looselycoupled::test"].iter().any(|attribute| before.contains(attribute))
}

#[test]
fn every_test_that_the_page_names_exists() {
    let spans = code_spans();
    // Types of the crate begin with a capital.
    let named = spans.iter().filter_map(|span| span.split_once("::"));
    let of_a_file: Vec<_> = named.filter(|(file, _)| file.starts_with(|c: char| c.is_lowercase())).collect();
    assert!(of_a_file.len() > 100, "the tests have been found");
    let missing: Vec<_> = of_a_file.iter().filter(|(file, function)| !has_test(file, function)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_row_of_the_table_of_fates_names_tests_that_exist() {
    let text = text_of("fates");
    let spans = code_spans();
    let named = spans.iter().filter(|span| {
        ["a_target_", "a_sender_", "an_orderly_", "a_forced_"].iter().any(|start| span.starts_with(start))
    });
    for name in named {
        assert!(text.contains(&format!("fn {}", name.trim_end_matches('…'))), "{name}");
    }
}
