//! Where lints are told.

use looselycoupled::prelude::*;
use looselycoupled::testing::TestApp;
use looselycoupled::{Lint, LintCode};
use looselycoupled_tests::Log;

use super::sides::{Display, Lamp};

fn whole() -> AppBuilder {
    App::builder().module("lamp", Lamp).module("display", Display)
}

#[tokio::test]
async fn the_start_tells_each_lint_once_in_the_log_and_goes_on() {
    let log = Log::default();
    let _listening = log.listen();
    let app = whole().start().await.unwrap();
    app.handle().exec_task("lamp.set_level", args! { level: 3 }).await.unwrap();
    app.shutdown().await.unwrap();
    assert_eq!(log.count("WARN looselycoupled: nobody is known to"), 2, "{}", log.text());
    assert_eq!((log.count("code=LC0601"), log.count("code=LC0602")), (1, 1), "{}", log.text());
}

#[tokio::test]
async fn a_part_and_an_application_under_test_say_nothing() {
    let log = Log::default();
    let _listening = log.listen();
    whole().partial().start().await.unwrap().shutdown().await.unwrap();
    let mut under_test = TestApp::new().module("lamp", Lamp).module("display", Display).start().await;
    under_test.shutdown().await.unwrap();
    assert_eq!(log.count("WARN"), 0, "{}", log.text());
}

#[test]
fn a_lint_reads_like_a_warning_of_the_compiler() {
    let lints = whole().check().unwrap();
    let text = lints[0].to_string();
    assert!(text.starts_with("warning[LC0601]: nobody is known to send `level_chnaged`"), "{text}");
    assert!(text.contains("(tests/tests/lints/sides.rs:"), "{text}");
    assert!(text.contains("\n  help: "), "{text}");
}

#[tokio::test]
async fn a_description_has_the_lints_of_its_moment() {
    let app = whole().start().await.unwrap();
    let codes = || app.handle().describe().lints.iter().map(|lint| lint.code).collect::<Vec<_>>();
    assert_eq!(codes(), [LintCode::Unsent, LintCode::Unheard]);
    let heard = app.handle().subscribe("level_changed");
    assert_eq!(codes(), [LintCode::Unsent]);
    drop(heard);
    assert_eq!(codes().len(), 2);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn documents_have_the_lints() {
    let app = whole().start().await.unwrap();
    let description = app.handle().describe();
    app.shutdown().await.unwrap();
    let page = description.to_markdown();
    assert!(
        page.contains("\n## Lints\n\n- warning[LC0601]: nobody is known to send `level_chnaged`"),
        "{page}"
    );
    assert_eq!(page.lines().filter(|line| line.starts_with("- warning[")).count(), 2, "{page}");
    let json: serde_json::Value = serde_json::from_str(&description.to_json()).unwrap();
    let lints: Vec<Lint> = serde_json::from_value(json["lints"].clone()).unwrap();
    assert_eq!(lints, description.lints);
    assert_eq!(json["lints"][0]["code"], "LC0601");
}

/// Nobody sends it, nobody handles it.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Silence {
    since: u32,
}

#[tokio::test]
async fn an_event_that_nobody_handles_is_described_by_its_type() {
    let app = whole().start().await.unwrap();
    let description = app.handle().describe();
    app.shutdown().await.unwrap();
    let event = description.event("silence").unwrap();
    assert_eq!(event.documentation(), "Nobody sends it, nobody handles it.");
    assert_eq!(event.fields[0].name, "since");
    assert!(event.emitters.is_empty() && event.listeners.is_empty());
    let part = whole().partial().start().await.unwrap();
    assert!(part.handle().describe().event("silence").is_none());
    part.shutdown().await.unwrap();
}
