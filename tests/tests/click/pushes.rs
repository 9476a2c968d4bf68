//! What is made of pushes.

use looselycoupled::modules::gpio::GpioStub;
use looselycoupled::prelude::*;
use tokio::time::sleep;

const LINES: &str = "gpio: { driver: simulator, inputs: { door: { line: 22, bias: pull_down }, bell: { line: 23, bias: pull_down }, low: 24 } }";

async fn house(click: &str) -> (TestApp, GpioStub) {
    let text = format!(
        "looselycoupled: {{ modules: {{ gpio: Gpio, click: Click }} }}\n{LINES}\nclick: {{ {click} }}"
    );
    let config = looselycoupled::config::Config::parse(&text, "config.yaml").unwrap();
    let app = TestApp::new().with(|app| app.config(config)).start().await;
    let gpio = app.stub::<GpioStub>("gpio").unwrap();
    (app, gpio)
}

/// Pushes for so many milliseconds, and waits for so many.
async fn push(gpio: &GpioStub, line: &str, milliseconds: u64, pause: u64) {
    gpio.simulate_input(line.into(), true).await.unwrap();
    sleep(Duration::from_millis(milliseconds)).await;
    gpio.simulate_input(line.into(), false).await.unwrap();
    sleep(Duration::from_millis(pause)).await;
}

/// What was told of a line, in order.
async fn told(app: &TestApp, line: &str) -> Vec<&'static str> {
    sleep(Duration::from_millis(100)).await;
    app.quiesce().await;
    let of = |name: &'static str| app.emitted_event(name).into_iter().map(move |record| (record, name));
    let all = ["pushed_short", "pushed_long", "doubleclick", "hold"].into_iter().flat_map(of);
    let mut told: Vec<(u32, &str)> = all
        .filter(|(record, _)| record.field::<String>("line_name").unwrap() == line)
        .map(|(record, name)| (record.field("line_seq").unwrap(), name))
        .collect();
    told.sort_unstable();
    told.into_iter().map(|(_, name)| name).collect()
}

#[looselycoupled::test]
async fn a_push_is_short_or_long() {
    let (app, gpio) = house("").await;
    push(&gpio, "door", 1000, 600).await;
    push(&gpio, "door", 1001, 600).await;
    assert_eq!(told(&app, "door").await, ["pushed_short", "pushed_long"]);
}

#[looselycoupled::test]
async fn two_short_pushes_soon_after_each_other_are_a_double_click() {
    let (app, gpio) = house("").await;
    push(&gpio, "door", 200, 500).await;
    push(&gpio, "door", 200, 600).await;
    assert_eq!(told(&app, "door").await, ["pushed_short", "doubleclick"]);
    push(&gpio, "door", 200, 501).await;
    push(&gpio, "door", 200, 600).await;
    assert_eq!(told(&app, "door").await[2..], ["pushed_short", "pushed_short"], "too late");
}

#[looselycoupled::test]
async fn a_second_push_that_is_long_is_a_long_one() {
    let (app, gpio) = house("").await;
    push(&gpio, "door", 200, 300).await;
    push(&gpio, "door", 1500, 300).await;
    push(&gpio, "door", 200, 600).await;
    assert_eq!(told(&app, "door").await, ["pushed_short", "pushed_long", "pushed_short"]);
}

#[looselycoupled::test]
async fn three_pushes_are_a_double_click_and_a_short_one() {
    let (app, gpio) = house("").await;
    for _ in 0..3 {
        push(&gpio, "door", 100, 100).await;
    }
    assert_eq!(told(&app, "door").await, ["pushed_short", "doubleclick", "pushed_short"]);
}

#[looselycoupled::test]
async fn buttons_do_not_mix_with_each_other() {
    let (app, gpio) = house("").await;
    gpio.simulate_input("door".into(), true).await.unwrap();
    push(&gpio, "bell", 100, 100).await;
    push(&gpio, "bell", 100, 1200).await;
    gpio.simulate_input("door".into(), false).await.unwrap();
    assert_eq!(told(&app, "bell").await, ["pushed_short", "doubleclick"]);
    assert_eq!(told(&app, "door").await, ["pushed_long"]);
}

#[looselycoupled::test]
async fn inverted_lines_are_inactive_while_they_are_pushed() {
    for inverted in ["inverted: [low]", "inverted: [24]"] {
        let (app, gpio) = house(inverted).await;
        gpio.simulate_input("low".into(), false).await.unwrap();
        sleep(Duration::from_millis(1500)).await;
        gpio.simulate_input("low".into(), true).await.unwrap();
        assert_eq!(told(&app, "low").await, ["pushed_long"]);
    }
}

#[looselycoupled::test]
async fn which_lines_are_inverted_can_be_said_while_it_runs() {
    let (app, gpio) = house("").await;
    app.exec_task("click.set_inverted_logic", args! { lines: ["low"] }).await.unwrap();
    gpio.simulate_input("low".into(), false).await.unwrap();
    sleep(Duration::from_millis(200)).await;
    gpio.simulate_input("low".into(), true).await.unwrap();
    assert_eq!(told(&app, "low").await, ["pushed_short"]);
}

#[looselycoupled::test]
async fn a_button_that_is_still_pushed_is_told_of_once() {
    let (app, gpio) = house("hold: 2s").await;
    push(&gpio, "door", 1900, 600).await;
    assert_eq!(told(&app, "door").await, ["pushed_long"]);
    push(&gpio, "door", 5000, 600).await;
    assert_eq!(told(&app, "door").await[1..], ["hold", "pushed_long"]);
    assert_eq!(
        app.emitted_event("hold")[0].field::<u32>("line_seq").unwrap(),
        3,
        "the change that pushed it"
    );
}

#[looselycoupled::test]
async fn a_new_push_is_not_held_because_the_one_before_was_begun_long_ago() {
    let (app, gpio) = house("hold: 2s").await;
    push(&gpio, "door", 1500, 100).await;
    push(&gpio, "door", 1500, 100).await;
    assert_eq!(told(&app, "door").await, ["pushed_long", "pushed_long"]);
}

#[looselycoupled::test]
async fn the_times_are_those_of_the_changes_however_late_they_are_heard() {
    let (app, _gpio) = house("").await;
    let change = |line_seq: u32, rising_edge: bool, milliseconds: u64| {
        args! { line: 7, line_name: "late", line_seq, rising_edge, timestamp_ns: milliseconds * 1_000_000 }
    };
    for (number, rising, at) in
        [(1, true, 0), (2, false, 1500), (3, true, 5000), (4, false, 5100), (5, true, 5300), (6, false, 5400)]
    {
        app.trigger_event("changed_gpio_input", change(number, rising, at)).await.unwrap();
    }
    assert_eq!(told(&app, "late").await, ["pushed_long", "pushed_short", "doubleclick"]);
}

#[looselycoupled::test]
async fn changes_without_a_time_count_from_when_they_are_heard() {
    let (app, _gpio) = house("").await;
    let change =
        |line_seq: u32, rising_edge: bool| args! { line: 7, line_name: "python", line_seq, rising_edge };
    app.trigger_event("changed_gpio_input", change(1, true)).await.unwrap();
    sleep(Duration::from_millis(1500)).await;
    app.trigger_event("changed_gpio_input", change(2, false)).await.unwrap();
    assert_eq!(told(&app, "python").await, ["pushed_long"]);
}

#[looselycoupled::test]
async fn times_that_begin_anew_make_no_push_of_what_was_before() {
    let (app, _gpio) = house("").await;
    let change = |line_seq: u32, rising_edge: bool, milliseconds: u64| {
        args! { line: 7, line_name: "new", line_seq, rising_edge, timestamp_ns: milliseconds * 1_000_000 }
    };
    let changes = [
        (1, true, 100_000),
        (2, false, 100_100),
        (3, true, 100),
        (4, false, 200),
        (5, true, 9000),
        (6, false, 50),
    ];
    for (number, rising, at) in changes {
        app.trigger_event("changed_gpio_input", change(number, rising, at)).await.unwrap();
    }
    assert_eq!(told(&app, "new").await, ["pushed_short", "pushed_short"]);
}
