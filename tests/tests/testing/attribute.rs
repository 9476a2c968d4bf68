//! What `#[looselycoupled::test]` makes of a function.

use std::process::{Command, Output};
use std::sync::Mutex;

use looselycoupled::prelude::*;

#[looselycoupled::test]
async fn a_test_may_return_a_result() -> Result<()> {
    let app = TestApp::new().spy("valve", &["open"]).start().await;
    app.exec_task("valve.open", args! {}).await?;
    Ok(())
}

#[looselycoupled::test]
#[should_panic(expected = "the test returned an error: Other(\"dry\")")]
async fn an_error_fails_the_test() -> Result<()> {
    Err(Error::other("dry"))
}

static RUNS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

#[looselycoupled::test(seed = 3, seeds = 5)]
async fn with_several_seeds_a_test_runs_several_times() {
    let mut runs = RUNS.lock().unwrap();
    let number = u32::try_from(runs.len()).unwrap();
    runs.push(number);
    assert!(number < 5);
}

/// Fails with one of its seeds. Run by the test below only.
#[looselycoupled::test(seed = 3, seeds = 5)]
#[ignore = "fails on purpose"]
async fn the_third_run_fails() {
    let mut runs = RUNS.lock().unwrap();
    runs.push(0);
    let is_replayed = std::env::var_os("LOOSELYCOUPLED_SEED").is_some();
    assert!(!is_replayed && runs.len() < 3, "run {}", runs.len());
}

fn run(test: &str, seed: Option<&str>) -> (Output, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", test]).env_remove("LOOSELYCOUPLED_SEED");
    seed.map(|seed| command.env("LOOSELYCOUPLED_SEED", seed));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

#[test]
fn a_test_that_fails_names_its_seed_and_is_replayed_by_it() {
    let (output, said) = run("attribute::the_third_run_fails", None);
    assert!(!output.status.success() && said.contains("run 3"), "{said}");
    let line =
        "`testing::attribute::the_third_run_fails` failed with seed 5; LOOSELYCOUPLED_SEED=5 replays it";
    assert!(said.contains(line), "{said}");
    let (output, said) = run("attribute::the_third_run_fails", Some("5"));
    assert!(!output.status.success() && said.contains("run 1"), "{said}");
    assert!(said.contains(line), "{said}");
}

/// Leaves a thread behind that does not end by itself.
#[looselycoupled::test]
#[ignore = "fails on purpose"]
async fn a_thread_is_left_behind() {
    drop(tokio::task::spawn_blocking(|| {
        loop {
            std::thread::park();
        }
    }));
    panic!("failed on purpose");
}

#[test]
fn a_test_that_fails_does_not_wait_for_threads() {
    let (output, said) = run("attribute::a_thread_is_left_behind", None);
    assert!(!output.status.success() && said.contains("failed on purpose"), "{said}");
}
