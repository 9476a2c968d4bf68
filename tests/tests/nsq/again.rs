//! What has not been handled is given back to nsqd, which is to bring it again, later each time.

use std::ops::RangeInclusive;

use looselycoupled_tests::{Gate, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// Waits at each event.
struct Stuck(Gate);

#[module]
impl Stuck {
    #[on_event(external = "the test sends it")]
    async fn on_order(&mut self) {
        self.0.pass().await;
    }
}

fn frame(sort: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 4).unwrap();
    [&length.to_be_bytes()[..], &[0, 0, 0, sort], content].concat()
}

/// A message that comes for the `attempts`-th time; its name has 16 letters.
fn message(name: &str, attempts: u16) -> Vec<u8> {
    frame(2, &[&[0; 8][..], &attempts.to_be_bytes(), name.as_bytes(), b"{}"].concat())
}

/// Reads until the text is there, and returns all that has been said.
async fn until(stream: &mut TcpStream, said: &mut Vec<u8>, text: &str) -> String {
    within(async {
        loop {
            let all = String::from_utf8_lossy(said).into_owned();
            if all.contains(text) {
                return all;
            }
            assert!(stream.read_buf(said).await.unwrap() > 0, "it has gone, and said {all:?}");
        }
    })
    .await
}

/// The milliseconds after which a message is to come again.
fn pause(said: &str, name: &str) -> u64 {
    let (_, rest) = said.split_once(&format!("REQ {name} ")).unwrap_or_else(|| panic!("{said:?}"));
    rest.split_once('\n').unwrap().0.parse().unwrap()
}

#[tokio::test]
async fn what_was_not_handled_is_to_come_again_later_each_time() {
    const TRIED: [(&str, u16, RangeInclusive<u64>); 3] = [
        ("first-try-------", 1, 375..=625),
        ("third-try-------", 3, 1_500..=2_500),
        ("sixtieth-try----", 60, 45_000..=75_000),
    ];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let gate = Gate::new();
    let app = App::builder().process("kitchen").provider("nsq", Nsq::connect([url]));
    let app = app.shutdown_deadline(Duration::from_millis(1)).module("stuck", Stuck(gate.clone()));
    let app = app.route_event("order", durable()).start().await.unwrap();
    let (mut publisher, _) = within(listener.accept()).await.unwrap();
    publisher.write_all(&frame(0, b"OK")).await.unwrap();
    let (mut consumer, _) = within(listener.accept()).await.unwrap();
    let mut said = Vec::new();
    until(&mut consumer, &mut said, "IDENTIFY").await;
    consumer.write_all(&frame(0, b"OK")).await.unwrap();
    until(&mut consumer, &mut said, "SUB order process.kitchen\n").await;
    consumer.write_all(&frame(0, b"OK")).await.unwrap();
    until(&mut consumer, &mut said, "RDY 256\n").await;
    consumer.write_all(&message("is-being-handled", 1)).await.unwrap();
    within(gate.reached(1)).await;
    for (name, attempts, _) in &TRIED {
        consumer.write_all(&message(name, *attempts)).await.unwrap();
    }
    within(async {
        while app.handle().providers()[0].received < 4 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let ended = tokio::spawn(app.shutdown());
    within(consumer.read_to_end(&mut said)).await.unwrap();
    let said = String::from_utf8_lossy(&said);
    for (name, attempts, pauses) in TRIED {
        let pause = pause(&said, name);
        assert!(pauses.contains(&pause), "attempt {attempts}: {pause} ms");
    }
    assert!(!said.contains("FIN "), "{said:?}");
    drop((publisher, consumer, listener));
    let _late = within(ended).await.unwrap();
}
