//! Failures while modules begin and end.

use std::path::Path;
use std::process::Command;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, quiet, within};

use super::{Bomb, Fragile, scratch};

/// Its life is full of panics.
#[derive(Debug)]
struct Doomed {
    journal: Journal,
    /// The hook that panics.
    fatal: &'static str,
    #[expect(dead_code, reason = "matters when it is dropped")]
    bomb: Bomb,
}

fn doomed(journal: &Journal, fatal: &'static str) -> Doomed {
    Doomed { journal: journal.clone(), fatal, bomb: Bomb(fatal == "drop") }
}

impl Drop for Doomed {
    fn drop(&mut self) {
        self.journal.note("dropped");
    }
}

#[module]
impl Doomed {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        assert!(self.fatal != "initialize", "could not begin on purpose");
        self.journal.note(format!("{} began", ctx.name()));
        Ok(())
    }

    #[finalize]
    async fn end(&mut self, ctx: &Context) {
        assert!(self.fatal != "finalize", "could not end on purpose");
        self.journal.note(format!("{} ended", ctx.name()));
    }
}

#[tokio::test]
async fn a_panic_in_initialize_is_a_start_error_and_finalises_those_before() {
    quiet();
    let journal = Journal::new();
    let error = within(
        App::builder()
            .module("one", doomed(&journal, ""))
            .module("two", doomed(&journal, "initialize"))
            .module("three", doomed(&journal, ""))
            .start(),
    )
    .await
    .unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("module `two` failed in `initialize` after "), "{text}");
    assert!(text.ends_with("panicked: could not begin on purpose"), "{text}");
    assert_eq!(journal.lines()[..2], ["one began", "one ended"]);
    assert_eq!(journal.count("dropped"), 3, "all states are given back");
}

#[tokio::test]
async fn a_panic_in_a_constructor_is_a_start_error() {
    quiet();
    let journal = Journal::new();
    let builder =
        App::builder().module("before", doomed(&journal, "")).module_with::<Fragile>("fragile", || {
            panic!("no module on purpose");
        });
    let error = within(builder.start()).await.unwrap_err();
    let StartError::Module { module, stage, source, .. } = error else { panic!("{error:?}") };
    assert_eq!((module.as_str(), stage), ("fragile", "construction"));
    assert_eq!(source.to_string(), "panicked: no module on purpose");
    assert_eq!(journal.lines(), ["dropped"], "nothing began");
}

#[tokio::test]
async fn a_panic_in_finalize_and_in_drop_lets_the_others_end_and_is_told() {
    quiet();
    let path = scratch("finalize");
    let journal = Journal::new();
    let app = App::builder()
        .module("one", doomed(&journal, ""))
        .module("bomb", doomed(&journal, "drop"))
        .module("two", doomed(&journal, "finalize"))
        .module("three", doomed(&journal, ""))
        .exception_file(&path)
        .start()
        .await
        .unwrap();
    let error = within(app.shutdown()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the application ended, but `two.finalize` panicked: could not end on purpose"
    );
    assert_eq!(error.code(), 1);
    let told = std::fs::read_to_string(&path).unwrap();
    assert!(told.contains(" two.finalize panicked: could not end on purpose\n"), "{told}");
    assert!(told.contains(" bomb.drop panicked: exploded on purpose\n"), "{told}");
    std::fs::remove_file(&path).unwrap();
    let lines = journal.lines();
    let ended: Vec<&String> = lines.iter().filter(|line| line.ends_with("ended")).collect();
    assert_eq!(ended, ["three ended", "bomb ended", "one ended"]);
    assert_eq!(journal.count("dropped"), 4);
}

/// Builds a program whose panics abort, with whatever the tests depend on as it has been built for them.
#[test]
fn a_program_that_aborts_on_panic_does_not_start() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let build = [
        "build",
        "--offline",
        "--message-format=json",
        "--package",
        env!("CARGO_PKG_NAME"),
        "--example",
        "starts",
    ];
    let built = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(build)
        .arg("--target-dir")
        .arg(target)
        .env("RUSTC_WORKSPACE_WRAPPER", env!("CARGO_BIN_EXE_rustc-that-aborts"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8(built.stdout).unwrap();
    let told = messages.lines().filter_map(|line| line.split_once("\"executable\":\""));
    let program = told.map(|(_, rest)| rest.split('"').next().unwrap()).next_back().unwrap();
    let ended = Command::new(program).output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert_eq!(said, "", "it has not started");
    assert!(complained.contains("this program is built with `panic = \"abort\"`"), "{complained}");
    assert_eq!(ended.status.code(), Some(78));
}
