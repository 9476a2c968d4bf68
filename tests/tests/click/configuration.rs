//! Thresholds from the section.

use looselycoupled::modules::click::ClickConfig;
use looselycoupled::prelude::*;

#[looselycoupled::test]
async fn a_hold_that_would_be_a_short_push_is_refused() {
    let text = "looselycoupled: { modules: { click: Click } }\nclick: { short: 1s, hold: 800ms }";
    let config = looselycoupled::config::Config::parse(text, "config.yaml").unwrap();
    let told = App::builder().config(config).start().await.unwrap_err().to_string();
    assert!(told.contains("`hold` must be longer than `short`: 800ms is not longer than 1s"), "{told}");
}

#[test]
fn the_thresholds_are_those_of_the_python_original_unless_stated() {
    let config =
        looselycoupled::config::Config::parse("click: { inverted: [22, door] }", "config.yaml").unwrap();
    let click: ClickConfig = config.section("click").read().unwrap();
    assert_eq!(
        (click.short, click.double_click, click.hold),
        (Duration::from_secs(1), Duration::from_millis(500), None)
    );
    assert_eq!(click.inverted.iter().map(ToString::to_string).collect::<Vec<_>>(), ["22", "door"]);
}
