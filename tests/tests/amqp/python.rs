//! Beside processes of Python with aspyx_event 0.9.3, at a model of Artemis.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use looselycoupled::prelude::*;
use looselycoupled::provider::{Amqp, Via};
use looselycoupled_tests::artemis::Artemis;
use looselycoupled_tests::within;
use tokio::sync::mpsc;

use crate::start;

/// Gone when dropped.
struct Peer {
    child: Child,
    told: mpsc::UnboundedReceiver<String>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Peer {
    /// One that listens at this queue. `None` where there is no Python for it.
    async fn start(broker: &Artemis, queue: &str, arguments: &[&str]) -> Option<Self> {
        let Some(python) = std::env::var_os("ASPYX_PYTHON") else {
            println!("SKIPPED: `bash .ci/python` says where there is a Python with aspyx_event");
            return None;
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/amqp_peer.py");
        let mut command = Command::new(python);
        command.arg(script).arg(broker.port().to_string()).args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, told) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).try_for_each(|line| tell.send(line).map_err(drop))
        });
        let peer = Self { child, told };
        within(async {
            while broker.store().receivers(queue) == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        Some(peer)
    }

    async fn line(&mut self) -> String {
        within(self.told.recv()).await.unwrap()
    }
}

fn at(broker: &Artemis) -> AppBuilder {
    App::builder().process("kitchen").provider("bus", Amqp::connect(&broker.url()))
}

#[tokio::test]
async fn aspyx_event_hears_us_and_we_hear_it() {
    let broker = Artemis::start();
    let Some(mut peer) = Peer::start(&broker, "books", &["shop", "no", "books"]).await else { return };
    let app = start(at(&broker).route_event("order_placed", "bus").route_event("order_paid", "bus")).await;
    let mut paid = app.handle().subscribe("order_paid");
    for number in 1..=5_u32 {
        app.handle().trigger_event("order_placed", args! { number }).await.unwrap();
        assert_eq!(peer.line().await, format!("heard {number}"));
        let event = within(paid.next()).await.unwrap();
        assert_eq!(event.field::<u32>("number").unwrap(), number * 2);
        assert_eq!(event.field::<String>("text").unwrap(), "größer: \\");
        assert_eq!(event.process(), Some("?"));
    }
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_durable_listener_of_aspyx_event_per_process_has_a_queue_of_its_own() {
    let broker = Artemis::start();
    let Some(mut peer) = Peer::start(&broker, "books-shop", &["shop", "yes", "books", "yes"]).await else {
        return;
    };
    let durable = || Via::provider("bus").durable();
    let app =
        start(at(&broker).route_event("order_placed", durable()).route_event("order_paid", durable())).await;
    let mut paid = app.handle().subscribe("order_paid");
    app.handle().trigger_event("order_placed", args! { number: 4 }).await.unwrap();
    assert_eq!(peer.line().await, "heard 4");
    assert_eq!(within(paid.next()).await.unwrap().field::<u32>("number").unwrap(), 8);
    // It has told the broker that it has handled it, and so have we.
    within(async {
        while broker.store().messages("books-shop") != Some(0)
            || broker.store().messages("lc.process.order_paid.kitchen") != Some(0)
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_listener_of_aspyx_event_takes_turns_with_our_group() {
    let broker = Artemis::start();
    let name = "lc.group.order_placed.clerks";
    let Some(mut peer) = Peer::start(&broker, name, &["shop", "yes", name]).await else { return };
    let app = at(&broker).route_event("order_placed", Via::provider("bus").durable().in_group("clerks"));
    let app = start(app).await;
    assert_eq!(broker.store().receivers(name), 2);
    let mut heard = app.handle().subscribe("order_placed");
    let mut numbers = Vec::new();
    let mut theirs = 0;
    for number in 0..40_u32 {
        app.handle().trigger_event("order_placed", args! { number }).await.unwrap();
        let ours = tokio::select! {
            event = heard.next() => event.unwrap().field::<u32>("number").unwrap(),
            line = peer.line() => {
                theirs += 1;
                line.strip_prefix("heard ").unwrap().parse().unwrap()
            }
        };
        numbers.push(ours);
    }
    assert_eq!(numbers, (0..40).collect::<Vec<_>>());
    assert!((1..40).contains(&theirs), "{theirs}");
    app.shutdown().await.unwrap();
}
