//! Together with `ansq`, a client of Python's: `bash .ci/python`, which has it installed and sets `NSQ_PYTHON` to the Python that knows it.
//! Elsewhere each test says that it is skipped, unless `REQUIRE_PYTHON=1`.

use std::process::Stdio;

use looselycoupled_tests::nsqd::Settings;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use super::*;

/// The Python that knows ansq, if there is one.
fn python() -> Option<String> {
    let python = std::env::var("NSQ_PYTHON").ok();
    if python.is_none() {
        let is_required = std::env::var("REQUIRE_PYTHON").is_ok_and(|required| required == "1");
        assert!(!is_required, "`NSQ_PYTHON` does not say where there is a Python with ansq");
        println!("skipped: there is no Python with ansq; `bash .ci/python` runs this");
    }
    python
}

/// A program in Python; killed at the latest when this is dropped.
struct Program {
    child: Child,
    said: tokio::io::Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(python: &str, nsqd: &Nsqd, role: &str, rest: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/nsq.py");
        let url = nsqd.url();
        let address = url.strip_prefix("tcp://").unwrap();
        let mut command = Command::new(python);
        command.arg(script).arg(role).arg(address).args(rest).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, said }
    }

    async fn line(&mut self) -> String {
        within(self.said.next_line()).await.unwrap().unwrap()
    }

    async fn end(mut self) {
        assert!(within(self.child.wait()).await.unwrap().success());
    }
}

#[tokio::test]
async fn the_nsqd_of_these_tests_behaves_as_a_client_of_others_expects() {
    let Some(python) = python() else { return };
    let nsqd = Nsqd::start(0, None, Settings::default()).await.unwrap();
    let mut client = Program::start(&python, &nsqd, "behave", &[]);
    assert_eq!(client.line().await, "as expected");
    client.end().await;
}

/// What contents can be, and who writes them so.
fn forms(nsqd: &Nsqd) -> [(&'static str, Nsq); 2] {
    let there = || Nsq::connect([nsqd.url()]);
    [("json", there()), ("cbor", there().cbor())]
}

#[tokio::test]
async fn python_hears_what_is_sent_here() {
    let Some(python) = python() else { return };
    let nsqd = Nsqd::start(0, None, Settings::default()).await.unwrap();
    for (form, nsq) in forms(&nsqd) {
        let event = format!("order.{form}");
        let app = App::builder().process("kitchen").provider("nsq", nsq).route_event(&event, durable());
        let app = app.start().await.unwrap();
        connected(&app).await;
        let mut listener = Program::start(&python, &nsqd, "listen", &[form, &event, "python", "20"]);
        assert_eq!(listener.line().await, "ready");
        for number in 0..20_u32 {
            app.handle().trigger_event(&event, args! { number }).await.unwrap();
        }
        for number in 0..20 {
            assert_eq!(listener.line().await, format!("[{number}, 1]"));
        }
        listener.end().await;
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn what_python_sends_is_heard_here() {
    let Some(python) = python() else { return };
    for via in [Via::provider("nsq"), durable()] {
        let nsqd = Nsqd::start(0, None, Settings::default()).await.unwrap();
        for (form, nsq) in forms(&nsqd) {
            let journal = Journal::new();
            // Each has a channel of its own, and hears its own form alone.
            let app = App::builder().process(form).provider("nsq", nsq);
            let app = app.module("clerk", Clerk(journal.clone()));
            let app = app.route_event("order", via.clone()).start().await.unwrap();
            connected(&app).await;
            Program::start(&python, &nsqd, "send", &[form, "order", "20"]).end().await;
            let mut heard: Vec<u32> =
                noted(&journal, 20).await.iter().map(|line| line.parse().unwrap()).collect();
            heard.sort_unstable();
            assert_eq!(heard, (0..20).collect::<Vec<_>>());
            app.shutdown().await.unwrap();
        }
    }
}
