//! docs/errors.md is true: every code has its text there, and every message is the real one.
//!
//! `UPDATE_ERROR_PAGE=1 cargo test -p looselycoupled-tests --test error_page -- --test-threads=1` writes the messages anew, one test
//! after the other; the texts are written by hand.

#![allow(clippy::unwrap_used, reason = "a page that cannot be read fails its test")]

mod calls;
mod cases;
mod modules;
mod page;

use std::path::Path;

use looselycoupled::{ErrorCode, FaultCode, LintCode, StartError};

use cases::{Case, cases, lint_cases};
use page::{Page, at_one_place};

fn message(case: &Case) -> String {
    let error = (case.builder)().check().unwrap_err();
    let StartError::Check(faults) = &error else { panic!("{error}") };
    let fault = faults.iter().find(|fault| fault.code == case.code);
    let fault = fault.unwrap_or_else(|| panic!("no {}, but {error}", case.code));
    at_one_place(&fault.to_string())
}

#[test]
fn every_fault_is_told_as_the_page_says() {
    let mut page = Page::read();
    for case in cases() {
        page.expect(case.code.code(), &message(&case));
    }
    page.check();
}

#[test]
fn every_lint_is_told_as_the_page_says() {
    let mut page = Page::read();
    for (code, builder) in lint_cases() {
        let lints = builder().check().unwrap();
        let lint = lints.iter().find(|lint| lint.code == code);
        let lint = lint.unwrap_or_else(|| panic!("no {code}, but {lints:?}"));
        page.expect(code.code(), &at_one_place(&lint.to_string()));
    }
    page.check();
}

#[tokio::test(start_paused = true)]
async fn every_error_of_a_call_or_an_event_is_told_as_the_page_says() {
    let mut page = Page::read();
    let errors = calls::errors().await;
    for code in ErrorCode::ALL {
        let error = errors.iter().find(|error| error.code() == Some(*code));
        let error = error.unwrap_or_else(|| panic!("nothing shows {code}"));
        page.expect(code.code(), &at_one_place(&error.to_string()));
    }
    page.check();
}

#[test]
fn every_code_has_its_text_and_its_case() {
    let page = Page::read();
    for code in FaultCode::ALL {
        assert!(has_text(&page, code.code(), code.title()), "there is no text for {code}");
        // A test cannot be built so that a panic ends it.
        let has_case = *code == FaultCode::PanicAborts || cases().iter().any(|case| case.code == *code);
        assert!(has_case, "nothing shows {code}");
    }
    for code in LintCode::ALL {
        assert!(has_text(&page, code.code(), code.title()), "there is no text for {code}");
        assert!(lint_cases().iter().any(|(known, _)| known == code), "nothing shows {code}");
    }
    for code in ErrorCode::ALL {
        assert!(has_text(&page, code.code(), code.title()), "there is no text for {code}");
    }
    let headings = page.text().lines().filter(|line| line.starts_with("### LC")).count();
    assert_eq!(
        headings,
        FaultCode::ALL.len() + LintCode::ALL.len() + ErrorCode::ALL.len(),
        "the page explains codes that do not exist"
    );
}

fn has_text(page: &Page, code: &str, title: &str) -> bool {
    page.text().contains(&format!("### {code}: {title}\n"))
}

#[test]
fn codes_are_told_apart() {
    let faults = FaultCode::ALL.iter().map(|code| code.code());
    let lints = LintCode::ALL.iter().map(|code| code.code());
    let mut codes: Vec<_> =
        faults.chain(lints).chain(ErrorCode::ALL.iter().map(|code| code.code())).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), FaultCode::ALL.len() + LintCode::ALL.len() + ErrorCode::ALL.len());
}

#[test]
fn codes_of_calls_and_events_are_written_as_they_are() {
    for code in ErrorCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.code());
        assert_eq!(code.to_string(), code.code());
    }
}

#[test]
fn what_the_compiler_says_is_what_the_page_shows() {
    let mut page = Page::read();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = page.markers("ui-tests/");
    assert!(files.len() > 8, "the page shows what the compiler says of each kind of name");
    for file in files {
        let said = std::fs::read_to_string(root.join(&file)).unwrap();
        page.expect(&file, said.trim_end());
    }
    page.check();
}
