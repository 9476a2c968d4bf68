//! Inputs that change, and what is told of it.

use looselycoupled::modules::gpio::{ChangedGpioInput, GpioStub};
use looselycoupled::prelude::*;
use tokio::time::sleep;

use crate::house;

async fn flip(gpio: &GpioStub, line: &str, active: bool, then: u64) {
    gpio.simulate_input(line.into(), active).await.unwrap();
    sleep(Duration::from_millis(then)).await;
}

/// Line, number and direction of every change that was told.
fn told(app: &TestApp) -> Vec<(String, u32, bool)> {
    let events = app.emitted::<ChangedGpioInput>();
    let events = events.iter().map(|event| event.typed::<ChangedGpioInput>().unwrap());
    events.map(|event| (event.line_name.clone(), event.line_seq, event.rising_edge)).collect()
}

#[looselycoupled::test]
async fn each_change_is_an_event_with_line_name_number_direction_and_time() {
    let (app, gpio) = house("inputs: { door: { line: 22, bias: pull_down } }").await;
    sleep(Duration::from_secs(1)).await;
    flip(&gpio, "door", true, 300).await;
    flip(&gpio, "door", false, 50).await;
    let events = app.emitted::<ChangedGpioInput>();
    let first = events[0].typed::<ChangedGpioInput>().unwrap();
    assert_eq!((first.line, &*first.line_name, first.line_seq, first.rising_edge), (22, "door", 1, true));
    let second = events[1].typed::<ChangedGpioInput>().unwrap();
    assert_eq!((second.line_seq, second.rising_edge), (2, false));
    assert_eq!(second.timestamp_ns - first.timestamp_ns, 300_000_000, "not when it was believed");
    assert_eq!(events[0].source(), Some("gpio"));
}

#[looselycoupled::test]
async fn modules_that_do_not_know_the_type_hear_it_by_name() {
    #[derive(Default)]
    struct Listener;

    #[module]
    impl Listener {
        #[on_event]
        async fn on_changed_gpio_input(
            &mut self,
            ctx: &Context,
            line_name: String,
            rising_edge: bool,
        ) -> Result<()> {
            ctx.trigger_event("heard", args! { line_name, rising_edge }).await.map(drop)
        }
    }

    let text = "gpio: { driver: simulator, inputs: { door: 22 } }";
    let config = looselycoupled::config::Config::parse(text, "config.yaml").unwrap();
    let app = TestApp::new()
        .module_with("gpio", looselycoupled::modules::gpio::Gpio::default)
        .module("listener", Listener)
        .with(|app| app.config(config))
        .start()
        .await;
    let gpio = app.stub::<GpioStub>("gpio").unwrap();
    flip(&gpio, "door", false, 50).await;
    assert_eq!(app.emitted_event("heard")[0].field::<String>("line_name").unwrap(), "door");
}

#[looselycoupled::test]
async fn what_bounces_within_the_time_is_one_change() {
    let (app, gpio) = house("debounce: 10ms, inputs: { door: { line: 22, bias: pull_down } }").await;
    for _ in 0..5 {
        flip(&gpio, "door", true, 3).await;
        flip(&gpio, "door", false, 3).await;
    }
    flip(&gpio, "door", true, 100).await;
    assert_eq!(told(&app), [("door".to_owned(), 1, true)]);
    // A glitch: it comes back to what it was.
    flip(&gpio, "door", false, 9).await;
    flip(&gpio, "door", true, 100).await;
    assert_eq!(told(&app).len(), 1);
}

#[looselycoupled::test]
async fn a_change_is_told_when_it_has_stayed_for_its_time() {
    let (app, gpio) = house("debounce: 50ms, inputs: { door: { line: 22, bias: pull_down } }").await;
    flip(&gpio, "door", true, 49).await;
    assert_eq!(told(&app), []);
    sleep(Duration::from_millis(2)).await;
    assert_eq!(told(&app), [("door".to_owned(), 1, true)]);
}

#[looselycoupled::test]
async fn inputs_have_a_debounce_of_their_own_or_none() {
    let lines = "inputs: { raw: { line: 1, bias: pull_down, debounce: 0ms }, slow: { line: 2, bias: pull_down, debounce: 1s } }";
    let (app, gpio) = house(lines).await;
    for line in ["raw", "slow"] {
        for active in [true, false, true] {
            flip(&gpio, line, active, 20).await;
        }
    }
    let raw = |number, rising| ("raw".to_owned(), number, rising);
    assert_eq!(told(&app), [raw(1, true), raw(2, false), raw(3, true)]);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(told(&app)[3..], [("slow".to_owned(), 1, true)]);
}

#[looselycoupled::test]
async fn only_the_wanted_direction_is_told_and_counted() {
    let lines = "inputs: { up: { line: 1, bias: pull_down, edges: rising }, down: { line: 2, bias: pull_down, edges: falling } }";
    let (app, gpio) = house(lines).await;
    for _ in 0..3 {
        for (line, active) in [("up", true), ("down", true), ("up", false), ("down", false)] {
            flip(&gpio, line, active, 20).await;
        }
    }
    let expected =
        (1..=3).flat_map(|number| [("up".to_owned(), number, true), ("down".to_owned(), number, false)]);
    assert_eq!(told(&app), expected.collect::<Vec<_>>());
}

#[looselycoupled::test]
async fn an_input_that_nobody_drives_rests_where_its_resistor_pulls_it() {
    let lines =
        "inputs: { up: 1, down: { line: 2, bias: pull_down }, button: { line: 3, active_low: true } }";
    let (_app, gpio) = house(lines).await;
    for (line, active) in [("up", true), ("down", false), ("button", false)] {
        assert_eq!(gpio.get_input(line.into()).await.unwrap(), active, "{line}");
    }
    flip(&gpio, "button", true, 0).await;
    assert!(gpio.get_input("button".into()).await.unwrap());
}

#[looselycoupled::test]
async fn a_hundred_thousand_changes_of_many_lines_arrive_in_order_and_once() {
    let names: Vec<String> = (0..20).map(|number| format!("line{number}")).collect();
    let lines =
        names.iter().map(|name| format!("{name}: {{ bias: pull_down, debounce: 0ms }}")).collect::<Vec<_>>();
    let (app, gpio) = house(&format!("inputs: {{ {} }}", lines.join(", "))).await;
    let mut stream = app.subscribe("changed_gpio_input").capacity(200_000);
    for round in 0..5_000_u32 {
        for name in &names {
            gpio.simulate_input(name.as_str().into(), round % 2 == 0).await.unwrap();
        }
    }
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for _ in 0..100_000 {
        let record = stream.next().await.unwrap();
        let event = record.typed::<ChangedGpioInput>().unwrap();
        let last = seen.entry(event.line_name.clone()).or_default();
        assert_eq!((event.line_seq, event.rising_edge), (*last + 1, last.is_multiple_of(2)));
        *last = event.line_seq;
    }
}

#[looselycoupled::test]
async fn a_change_that_would_have_to_stay_for_ever_is_told_never() {
    let (app, gpio) = house(
        "debounce: 5000000000000000h, inputs: { door: { line: 22, bias: pull_down } }, outputs: { lamp: 4 }",
    )
    .await;
    flip(&gpio, "door", true, 1000).await;
    assert_eq!(told(&app), []);
    assert!(gpio.get_input("door".into()).await.unwrap());
    assert_eq!(app.emitted_event("exception").len(), 0);
}
