//! Compiles every case: those under `pass` must compile, those under `fail` must not, with the recorded text.
//!
//! The texts are rustc's as of 1.95. With another compiler they are not compared; that the cases fail still is.
//! `TRYBUILD=overwrite cargo test -p looselycoupled-ui-tests` records them anew.

use std::path::Path;
use std::process::Command;

const RECORDED_WITH: &str = "rustc 1.95.";

fn is_recorded_with_this_compiler() -> bool {
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version =
        Command::new(compiler).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&version).starts_with(RECORDED_WITH)
}

#[test]
fn mistakes_are_answered() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
    if is_recorded_with_this_compiler() {
        cases.compile_fail("ui/*/fail/*.rs");
    } else {
        println!(
            "the texts were recorded with {RECORDED_WITH}x: only the cases that must compile are compared"
        );
    }
}

#[test]
fn every_failing_case_has_its_text() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut without = Vec::new();
    for of_macro in std::fs::read_dir(root).unwrap() {
        let Ok(cases) = std::fs::read_dir(of_macro.unwrap().path().join("fail")) else { continue };
        let paths = cases.map(|case| case.unwrap().path());
        let sources = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
        without.extend(sources.filter(|source| !source.with_extension("stderr").exists()));
    }
    assert!(without.is_empty(), "no text is recorded for {without:?}");
}
