//! Every example prints what it has always printed, and so does the demo with `--once`.

mod support;

use std::collections::BTreeSet;

use support::{Running, compare, example, package, smart_home};

macro_rules! examples {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let ended = Running::start(example(stringify!($name))).end_of_input();
                compare(stringify!($name), &ended);
            }
        )*

        const EXAMPLES: &[&str] = &[$(stringify!($name)),*];
    };
}

examples! {
    hello two_modules events priorities life_cycle threads blocking failures configuration idle shared_loop embedding testing wait_for_event interceptors custom_provider two_processes three_processes_one_home python_and_rust stomp_bridge python_listener typed_events_over_amqp
    once delayed_and_periodic signals_and_slots connections_by_config checked_addresses threads_and_loops pipeline_one_loop pipeline_three_loops
    contract_crate describe gpio_blink door_bell metrics custom_routes console web_page
}

#[test]
fn the_demo_plays_its_fixed_scene() {
    let ended = Running::start(smart_home(&["--once"])).end();
    compare("smart-home", &ended);
    assert_eq!(ended.stderr, "", "the log is quiet");
}

#[test]
fn no_example_is_forgotten() {
    let files = std::fs::read_dir(package().join("examples")).unwrap();
    let files = files.filter_map(|file| file.unwrap().path().file_stem()?.to_str().map(str::to_owned));
    let listed = EXAMPLES.iter().map(|name| (*name).to_owned());
    assert_eq!(files.collect::<BTreeSet<_>>(), listed.collect::<BTreeSet<_>>());
}

#[test]
fn an_example_is_short_and_says_what_it_shows() {
    for name in EXAMPLES {
        let text = std::fs::read_to_string(package().join(format!("examples/{name}.rs"))).unwrap();
        assert!(text.starts_with("//! "), "{name}");
        assert!(text.lines().count() < 100, "{name} has {} lines", text.lines().count());
    }
}
