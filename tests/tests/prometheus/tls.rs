//! HTTPS, and certificates that change.

use looselycoupled_tests::{Log, within};
use rcgen::{CertifiedKey, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Running, application, refusal, start, value};
use looselycoupled_tests::certificates::{Files, connect, pair};
use looselycoupled_tests::http::{Answer, converse, request};

const SUCCESSFUL: &str = "looselycoupled_certificate_last_reload_successful";
const READ_AT: &str = "looselycoupled_certificate_last_reload_success_timestamp_seconds";

async fn get(running: &Running, trusted: &CertifiedKey<KeyPair>) -> Answer {
    let stream = connect(running.address, trusted).await.unwrap();
    converse(stream, &request("GET", "/metrics", "")).await
}

#[tokio::test]
async fn with_a_certificate_it_is_https_and_nothing_else() {
    let pair = pair();
    let files = Files::new(&pair);
    let running = start(application(&files.section())).await;
    let answer = get(&running, &pair).await;
    assert_eq!((answer.status, value(&answer.body, SUCCESSFUL)), (200, Some(1.0)));
    assert!(value(&answer.body, READ_AT).unwrap() > 1_700_000_000.0, "{}", answer.body);

    let mut plain = TcpStream::connect(running.address).await.unwrap();
    plain.write_all(request("GET", "/metrics", "").as_bytes()).await.unwrap();
    let mut said = Vec::new();
    let _refused = within(plain.read_to_end(&mut said)).await;
    assert!(!said.starts_with(b"HTTP"), "{said:?}");
    assert_eq!(get(&running, &pair).await.status, 200);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn credentials_are_asked_for_over_https_as_well() {
    let pair = pair();
    let files = Files::new(&pair);
    let section = format!("{}, username: reader, password: secret", files.section());
    let running = start(application(&section)).await;
    assert_eq!(get(&running, &pair).await.status, 401);
    let stream = connect(running.address, &pair).await.unwrap();
    let login = request("GET", "/metrics", "Authorization: Basic cmVhZGVyOnNlY3JldA==\r\n");
    assert_eq!(converse(stream, &login).await.status, 200);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_changes_is_used_from_then_on() {
    let (old, new) = (pair(), pair());
    let files = Files::new(&old);
    let running = start(application(&files.section())).await;
    assert_eq!(get(&running, &old).await.status, 200);
    files.write(&new);
    assert_eq!(get(&running, &new).await.status, 200);
    connect(running.address, &old).await.unwrap_err();
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn one_that_cannot_be_used_leaves_the_old_one_and_is_told_once() {
    let (old, other, new) = (pair(), pair(), pair());
    let files = Files::new(&old);
    let log = Log::default();
    let _listening = log.listen();
    let running = start(application(&files.section())).await;

    let halves = (other.cert.pem(), old.signing_key.serialize_pem());
    let mut told = 0;
    for (certificate, key) in [("", ""), ("no certificate", "no key"), (&halves.0, &halves.1)] {
        files.write_text(certificate, key);
        told += 1;
        for _ in 0..2 {
            let answer = get(&running, &old).await;
            assert_eq!(value(&answer.body, SUCCESSFUL), Some(0.0), "{}", answer.body);
        }
        assert_eq!(log.count("stays the old one"), told, "{}", log.text());
    }
    files.remove_key();
    let answer = get(&running, &old).await;
    assert_eq!(value(&answer.body, SUCCESSFUL), Some(0.0));
    assert_eq!(log.count("key.pem`, which cannot be read"), 1, "{}", log.text());

    files.write(&new);
    assert_eq!(value(&get(&running, &new).await.body, SUCCESSFUL), Some(1.0));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn files_that_cannot_be_used_fail_the_start() {
    let pair = pair();
    let files = Files::new(&pair);
    let section = files.section();
    let (certificate, key) = (pair.cert.pem(), pair.signing_key.serialize_pem());
    for (certificate, key, expected) in [
        ("", key.as_str(), "there is no certificate in the first file"),
        (&certificate, "", "are no pair of certificate and key: the key: "),
        (
            &certificate,
            &looselycoupled_tests::certificates::pair().signing_key.serialize_pem(),
            "are no pair",
        ),
    ] {
        files.write_text(certificate, key);
        let message = refusal(application(&section)).await;
        assert!(message.contains(expected), "{message}");
    }
    files.remove_key();
    let message = refusal(application(&section)).await;
    assert!(message.contains("`prometheus.key_file` names `"), "{message}");

    let halves: Vec<&str> = section.split(", ").collect();
    let message = refusal(application(&format!("port: 0, {}", halves[1]))).await;
    assert!(message.contains("`prometheus.certificate_file` is given without `key_file`"), "{message}");
    let message = refusal(application(&format!("port: 0, {}", halves[2]))).await;
    assert!(message.contains("`prometheus.key_file` is given without `certificate_file`"), "{message}");
}

#[tokio::test]
async fn who_does_not_end_the_handshake_is_cut_off() {
    let pair = pair();
    let files = Files::new(&pair);
    let running = start(application(&files.section())).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    assert_eq!(get(&running, &pair).await.status, 200);
    tokio::time::pause();
    let begin = tokio::time::Instant::now();
    let mut said = Vec::new();
    let _gone = within(silent.read_to_end(&mut said)).await;
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
    tokio::time::resume();
    assert_eq!(get(&running, &pair).await.status, 200);
    running.app.shutdown().await.unwrap();
}
