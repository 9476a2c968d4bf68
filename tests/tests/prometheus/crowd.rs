//! Clients that are slow, silent or many.

use std::collections::BTreeMap;

use looselycoupled_tests::{Log, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;

use crate::{Running, application, start};
use looselycoupled_tests::http::{answer, request};

/// More than there may be connections.
const MANY: usize = 200;

async fn connect(running: &Running, said: &str) -> TcpStream {
    let mut stream = within(TcpStream::connect(running.address)).await.unwrap();
    stream.write_all(said.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn those_who_say_nothing_keep_nobody_waiting() {
    let log = Log::default();
    let _listening = log.listen();
    let running = start(application("port: 0")).await;
    let mut silent = Vec::new();
    for number in 0..MANY {
        let said = if number % 2 == 0 { "" } else { "GET /metrics HTTP/1.1\r\nHost:" };
        silent.push(connect(&running, said).await);
    }
    assert_eq!(running.get("/metrics").await.status, 200);
    // The oldest had to go for those who came later, which is said once.
    assert_eq!(log.count("more than 64 connections to the metrics at once"), 1, "{}", log.text());
    let mut oldest = silent.remove(0);
    let read = within(oldest.read(&mut [0; 16])).await;
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    // The end has patience with those who have begun to say something.
    tokio::time::pause();
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_does_not_end_his_request_is_cut_off() {
    let running = start(application("port: 0")).await;
    let mut silent = connect(&running, "").await;
    let mut slow = connect(&running, "GET /metrics HTTP/1.1\r\nHost:").await;
    assert_eq!(running.get("/metrics").await.status, 200);
    tokio::time::pause();
    let begin = Instant::now();
    for stream in [&mut silent, &mut slow] {
        let mut said = Vec::new();
        let _gone = within(stream.read_to_end(&mut said)).await;
        assert!(!String::from_utf8_lossy(&said).contains("looselycoupled"), "{said:?}");
    }
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
    tokio::time::resume();
    assert_eq!(running.get("/metrics").await.status, 200);
    running.app.shutdown().await.unwrap();
}

/// Metrics that no buffer of the system holds.
async fn fill(running: &Running) -> usize {
    const SERIES: usize = 400;
    for number in 0..SERIES {
        let labels = BTreeMap::from([("text".to_owned(), format!("{number:0>30000}"))]);
        running.metrics.set_gauge_value("much".into(), 1.0, None, labels).await.unwrap();
    }
    SERIES
}

async fn connect_with_a_small_buffer(running: &Running) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = within(socket.connect(running.address)).await.unwrap();
    stream.write_all(request("GET", "/metrics", "").as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn who_reads_when_the_application_ends_reads_to_the_end() {
    let running = start(application("port: 0")).await;
    let series = fill(&running).await;
    let mut stream = connect_with_a_small_buffer(&running).await;
    let mut first = [0; 1];
    within(stream.read_exact(&mut first)).await.unwrap();
    let (ended, rest) = tokio::join!(running.app.shutdown(), answer(stream));
    ended.unwrap();
    assert_eq!(rest.body.lines().filter(|line| line.starts_with("much{")).count(), series);
}

#[tokio::test]
async fn who_does_not_read_delays_the_end_for_a_while_only() {
    let running = start(application("port: 0")).await;
    fill(&running).await;
    let mut stream = connect_with_a_small_buffer(&running).await;
    within(stream.read_exact(&mut [0; 1])).await.unwrap();
    tokio::time::pause();
    let begin = Instant::now();
    running.app.shutdown().await.unwrap();
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    let mut rest = Vec::new();
    let _cut_off = within(stream.read_to_end(&mut rest)).await;
    assert!(!rest.is_empty() && !rest.ends_with(b"} 1\n"), "{} bytes", rest.len());
}

#[tokio::test]
async fn who_does_not_read_is_cut_off() {
    let running = start(application("port: 0")).await;
    fill(&running).await;
    let mut stream = connect_with_a_small_buffer(&running).await;
    within(stream.read_exact(&mut [0; 1])).await.unwrap();
    tokio::time::pause();
    tokio::time::sleep(std::time::Duration::from_secs(31)).await;
    tokio::time::resume();
    let mut rest = Vec::new();
    let _cut_off = within(stream.read_to_end(&mut rest)).await;
    assert!(rest.len() < 12_000_000, "{} bytes", rest.len());
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_does_not_read_holds_up_no_end_with_a_short_deadline() {
    let builder = application("port: 0").shutdown_deadline(std::time::Duration::from_secs(3));
    let running = start(builder).await;
    for number in 0..300 {
        let labels = BTreeMap::from([("number".to_owned(), format!("{number:0>2000}"))]);
        running.metrics.set_gauge_value("wide".into(), 1.0, None, labels).await.unwrap();
    }
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(1024).unwrap();
    let mut stream = within(socket.connect(running.address)).await.unwrap();
    stream.write_all(request("GET", "/metrics", "").as_bytes()).await.unwrap();
    // The answer has begun.
    stream.read_exact(&mut [0; 16]).await.unwrap();
    running.app.shutdown().await.unwrap();
}
