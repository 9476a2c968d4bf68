//! The demo works on what is typed, and ends as it should.

mod support;

use support::{Ended, Running, smart_home};

/// The line after which input counts.
const READY: &str = "press door · push bell · set lamp 40";

/// What the demo prints for some input.
fn typed(input: &str) -> Ended {
    let mut running = Running::start(smart_home(&["--web", "0", "--metrics", "0"]));
    running.write(input);
    let ended = running.end_of_input();
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.stderr, "", "the log is quiet");
    assert!(ended.stdout.ends_with("\nThe house is closed.\n"), "{}", ended.stdout);
    ended
}

/// What was printed after a command that was typed.
fn answer<'a>(ended: &'a Ended, command: &str) -> &'a str {
    let begin = format!("\n> {command}\n");
    let (_, after) = ended.stdout.split_once(&begin).unwrap_or_default();
    assert!(!after.is_empty(), "`{command}` was not echoed:\n{}", ended.stdout);
    after.split("\n> ").next().unwrap_or_default()
}

/// Whether the words stand in one line, in this order.
fn says(text: &str, words: &[&str]) -> bool {
    text.lines().any(|line| {
        let mut rest = Some(line);
        for word in words {
            rest = rest.and_then(|rest| rest.split_once(word)).map(|(_, after)| after);
        }
        rest.is_some()
    })
}

#[track_caller]
fn assert_says(text: &str, words: &[&str]) {
    assert!(says(text, words), "no line says {words:?}:\n{text}");
}

#[test]
fn the_opening_shows_an_event_a_call_a_transaction_a_priority_and_idleness() {
    let ended = typed("");
    let acts: Vec<&str> = ended.stdout.split("\n\n").collect();
    assert_says(acts[0], &["looselycoupled", "smart home", "18 modules", "tasks", "events"]);
    assert_says(acts[1], &["1  an event"]);
    assert_says(acts[1], &["director", "→ motion", "garden", "tx 1"]);
    assert_says(acts[1], &["controller", "garden", "tx 1"]);
    assert_says(acts[2], &["2  a call between modules"]);
    assert_says(acts[2], &["director", "lamp.set_level(40) returned 0"]);
    assert_says(acts[3], &["3  an inherited transaction id"]);
    for source in ["door", "hall_lamp", "controller"] {
        assert_says(acts[3], &[source, "tx 3"]);
    }
    assert_says(acts[3], &["tx 3 is short for", "-"]);
    assert_says(acts[4], &["4  a priority overtakes"]);
    let said: Vec<_> =
        ["smoke", "dinner", "the laundry"].map(|what| acts[4].find(&format!("\"{what}"))).into();
    assert_says(acts[4], &["speaker", "says \"the laundry is done\""]);
    assert!(said.is_sorted(), "{}", acts[4]);
    assert_says(acts[5], &["5  idle notification"]);
    assert_says(acts[5], &["director", "idle"]);
}

#[test]
fn what_is_typed_is_done() {
    let ended = typed("press door\nset lamp 60\nstate\nquit\n");
    assert_says(&ended.stdout, &["door", "→ pressed", "times: 2"]);
    assert_says(answer(&ended, "set lamp 60"), &["lamp was at 40 %"]);
    assert_says(answer(&ended, "state"), &["lamp", "60 %"]);
    assert_says(answer(&ended, "state"), &["door", "was pressed 2 times"]);
    assert_says(answer(&ended, "state"), &["controller", "has welcomed 2 visitors"]);
    assert_says(answer(&ended, "state"), &["speaker", "has said 3 things"]);
    assert_says(answer(&ended, "quit"), &["shell", "→ exit"]);
}

#[test]
fn what_happened_once_is_not_counted_in_the_plural() {
    let ended = typed("state\nquit\n");
    assert_says(answer(&ended, "state"), &["door", "was pressed once"]);
    assert_says(answer(&ended, "state"), &["controller", "has welcomed one visitor"]);
}

#[test]
fn the_sensors_show_figures_of_this_machine_or_say_that_there_are_none() {
    let ended = typed("state\n");
    for (figure, file) in [("load", "/proc/loadavg"), ("memory", "/proc/meminfo")] {
        if std::fs::exists(file).unwrap() {
            assert_says(answer(&ended, "state"), &["sensors", figure]);
        } else {
            assert_says(&ended.stdout, &["sensors", file, "cannot be read"]);
        }
    }
}

#[test]
fn a_mistake_is_answered_with_what_was_probably_meant() {
    let ended = typed(
        "prss door\npress dor\npress lamp\nset lmap 40\nset lamp\nset lamp bright\nset lamp 140\nset lamp 1 2\n\
         call lamp.set_level levle=1\nopen sesame\n",
    );
    for (command, says) in [
        ("prss door", "unknown command `prss`; did you mean `press`?"),
        ("press dor", "unknown module `dor`; did you mean `door`?"),
        ("press lamp", "unknown task `lamp.press`"),
        ("set lmap 40", "unknown module `lmap`; did you mean `lamp`?"),
        ("set lamp", "missing argument `level` of type `u8`"),
        ("set lamp bright", "invalid argument `level`: expected u8, found \"bright\""),
        ("set lamp 140", "level 140 is above 100"),
        ("set lamp 1 2", "set MODULE LEVEL"),
        ("call lamp.set_level levle=1", "unknown argument `levle`; did you mean `level`?"),
        ("open sesame", "unknown command `open`"),
    ] {
        assert_says(answer(&ended, command), &["!", says]);
    }
}

#[test]
fn help_and_statistics_answer() {
    let ended = typed("help\nstatistics\n");
    for command in ["press", "set", "say", "call", "state", "statistics", "help", "quit"] {
        assert_says(answer(&ended, "help"), &["  ", command]);
    }
    assert_says(answer(&ended, "statistics"), &["accepted", "handled", "failed", "waiting"]);
    assert_says(answer(&ended, "statistics"), &["controller"]);
}

#[test]
fn at_the_end_of_input_everything_that_was_typed_has_been_done() {
    // The last line has no end.
    let input: String = (0..300).map(|level| format!("set lamp {}\n", level % 100)).collect();
    let ended = typed(&(input + "press door"));
    assert_eq!(ended.stdout.matches("  lamp was at ").count(), 300);
    assert_says(&ended.stdout, &["door", "→ pressed", "times: 2"]);
    assert_says(&ended.stdout, &["controller", "asked hall_lamp for 80 %, it was at 80 %"]);
    assert_says(&ended.stdout, &["keyboard", "→ exit"]);
}

#[test]
fn nothing_is_done_after_quit() {
    let ended = typed("quit\nset lamp 60\n");
    assert!(!ended.stdout.contains("> set lamp 60"), "{}", ended.stdout);
}

#[test]
fn what_is_no_text_is_no_reason_to_stop() {
    let mut running = Running::start(smart_home(&["--web", "0", "--metrics", "0"]));
    running.write("\n   \n\u{1b}[A\n\0\nset lamp 60\n");
    let ended = running.end_of_input();
    assert_eq!(ended.code, Some(0));
    assert_says(&ended.stdout, &["lamp was at 40 %"]);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_in_order_although_it_waits_for_input() {
    for signal in ["INT", "TERM"] {
        let mut running = Running::start(smart_home(&["--web", "0", "--metrics", "0"]));
        running.read_until(READY);
        let begun = std::time::Instant::now();
        running.signal(signal);
        let ended = running.end();
        assert_eq!(ended.code, Some(0), "{signal}: {}", ended.stderr);
        assert!(ended.stdout.ends_with("\nThe house is closed.\n"), "{signal}: {}", ended.stdout);
        // A thread that had to be left behind would cost half of the deadline, which is five seconds.
        assert!(begun.elapsed().as_secs() < 2, "{signal}: {:?}", begun.elapsed());
    }
}

#[test]
fn the_bell_at_the_gate_is_a_line_of_the_simulated_chip() {
    let ended = typed("push bell\npush bel\nstate\nquit\n");
    assert_says(answer(&ended, "push bell"), &["gpio", "changed_gpio_input", "bell", "rising_edge: true"]);
    assert_says(answer(&ended, "push bell"), &["click", "pushed_short", "bell"]);
    assert_says(answer(&ended, "push bel"), &["no line `bel` is configured; there are `bell` (17)"]);
    assert_says(answer(&ended, "state"), &["bell", "the light above it: on"]);
}

#[test]
fn the_bell_knows_two_pushes_from_one() {
    let ended = typed("push bell\npush bell\nstate\nquit\n");
    assert_says(&ended.stdout, &["click", "doubleclick", "bell"]);
    assert_says(answer(&ended, "state"), &["bell", "the light above it: blink_fast"]);
}

/// What the running house answers at a path; `what` is the line of its header that says where.
#[allow(clippy::unwrap_used, reason = "an answer that does not come fails its test")]
fn asked(running: &Running, what: &str, path: &str) -> String {
    use std::io::{Read, Write};

    let (_, after) = running.printed().split_once(&format!("{what}   http://")).unwrap();
    let (address, _) = after.split_once('/').unwrap();
    let mut connection = std::net::TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn its_metrics_are_read_where_it_says() {
    let mut running = Running::start(smart_home(&["--web", "0", "--metrics", "0"]));
    running.read_until(READY);
    let answer = asked(&running, "metrics", "/metrics");
    assert_says(&answer, &["looselycoupled_module_state{module=\"gpio\",state=\"active\"} 1"]);
    assert_says(
        &answer,
        &["looselycoupled_task_executions_total{mode=\"exec\",module=\"door\"", "task=\"press\"} 1"],
    );
    running.write("quit\n");
    assert_eq!(running.end().code, Some(0));
}

#[test]
fn its_console_is_where_it_says() {
    let mut running = Running::start(smart_home(&["--web", "0", "--metrics", "0"]));
    running.read_until(READY);
    assert_says(&asked(&running, "console", "/"), &["location: /console/"]);
    assert_says(&asked(&running, "console", "/console/"), &["<title>"]);
    assert_says(&asked(&running, "console", "/api/v1/state"), &["\"name\":\"smart home\""]);
    running.write("quit\n");
    assert_eq!(running.end().code, Some(0));
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let mut running = Running::start(smart_home(&["--web", "0", "--metrics", "0"]));
    running.read_until(READY);
    running.stop_reading();
    running.write("press door\n");
    let ended = running.end();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[test]
fn a_house_that_cannot_be_is_not_started() {
    let file = std::env::temp_dir().join(format!("looselycoupled-smart-home-{}.yaml", std::process::id()));
    std::fs::write(&file, "looselycoupled:\n  modules: { door: Dor }\n").unwrap();
    let ended = Running::start(smart_home(&["--config", file.to_str().unwrap()])).end();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(ended.code, Some(78), "{}", ended.stderr);
    assert_says(&ended.stderr, &["no module type `Dor` is registered"]);
    assert!(ended.stderr.contains("did you mean `Door`?"), "{}", ended.stderr);
}

#[test]
fn the_command_line_is_checked() {
    let ended = Running::start(smart_home(&["--onec"])).end();
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.stderr, "error: unknown argument `--onec`; did you mean `--once`?\n");
    let ended = Running::start(smart_home(&["--help"])).end();
    assert_eq!(ended.code, Some(0));
    assert_says(&ended.stdout, &["--config FILE"]);
    let ended = Running::start(smart_home(&["--metrics", "many"])).end();
    assert_eq!(ended.stderr, "error: `--metrics` needs the number of a port\n");
}
