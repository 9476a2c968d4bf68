//! What Prometheus' own tool says.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use looselycoupled::prelude::*;

use crate::{application, start};

#[tokio::test]
async fn promtool_has_nothing_to_say() {
    let running = start(application("port: 0")).await;
    let handle = running.app.handle();
    let labels = BTreeMap::from([("room", "hall \"1\"\n")]);
    for (task, arguments) in [
        (
            "set_gauge_value",
            args! { metric: "room_temperature_celsius", value: 0, documentation: "How warm it is.", labels },
        ),
        ("increment_counter", args! { metric: "rings_total", documentation: "How often it rang." }),
        (
            "observe_histogram",
            args! { metric: "answer_seconds", value: 0.2, documentation: "How long it took." },
        ),
    ] {
        handle.exec_task(&format!("prometheus.{task}"), arguments).await.unwrap();
    }
    let text = running.text().await;
    running.app.shutdown().await.unwrap();
    check(&text);
}

fn check(text: &str) {
    let started = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut promtool = match started {
        Ok(promtool) => promtool,
        Err(error) => {
            eprintln!("SKIPPED: promtool is not there ({error}); Debian has it in the package `prometheus`");
            return;
        }
    };
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let said = promtool.wait_with_output().unwrap();
    let words = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success() && words.is_empty(), "{words}\nof\n{text}");
}
