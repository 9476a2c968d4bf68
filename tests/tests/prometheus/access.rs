//! What is answered, and to whom.

use looselycoupled_tests::Scratch;

use crate::{application, refusal, start};
use looselycoupled_tests::http::{ask, get, request};

const LOGIN: &str = "port: 0, username: reader, password: secret";
/// `reader:secret`
const RIGHT: &str = "Authorization: Basic cmVhZGVyOnNlY3JldA==\r\n";

#[tokio::test]
async fn metrics_are_read_as_text() {
    let running = start(application("port: 0")).await;
    let answer = running.get("/metrics").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; version=0.0.4")));
    assert!(answer.body.contains("# TYPE looselycoupled_build_info gauge\n"), "{}", answer.body);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn elsewhere_it_is_said_where_they_are() {
    let running = start(application("port: 0")).await;
    for path in ["/", "/metrics/", "/metrics2", "/favicon.ico"] {
        let answer = running.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("/metrics"), "{path}: {}", answer.body);
    }
    assert_eq!(running.get("/metrics?name=value").await.status, 200);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn other_methods_are_refused_and_head_has_no_body() {
    let running = start(application("port: 0")).await;
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
        let answer = ask(running.address, &request(method, "/metrics", "")).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    let head = ask(running.address, &request("HEAD", "/metrics", "")).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let length: usize = head.header("content-length").unwrap().parse().unwrap();
    assert!(length > 100, "{length}");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn with_credentials_only_the_user_is_let_in() {
    let running = start(application(LOGIN)).await;
    assert_eq!(get(running.address, "/metrics", RIGHT).await.status, 200);
    assert_eq!(get(running.address, "/", RIGHT).await.status, 404);
    let wrong = [
        "",
        "Authorization: Basic cmVhZGVyOndyb25n\r\n", // reader:wrong
        "Authorization: Basic cmVhZGVyOnNlY3JldDE=\r\n", // reader:secret1
        "Authorization: Basic cmVhZGVyOnNlY3Jl\r\n", // reader:secre
        "Authorization: Basic d3JpdGVyOnNlY3JldA==\r\n", // writer:secret
        "Authorization: Basic Og==\r\n",             // :
        "Authorization: Basic cmVhZGVy\r\n",         // reader
        "Authorization: Basic /w==\r\n",             // no text
        "Authorization: Basic %%%\r\n",
        "Authorization: Basic\r\n",
        "Authorization: Bearer cmVhZGVyOnNlY3JldA==\r\n",
        "Authorization: \r\n",
        "Authorization: \u{e4}\u{f6}\r\n",
    ];
    for fields in wrong {
        for path in ["/metrics", "/"] {
            let answer = get(running.address, path, fields).await;
            assert_eq!(answer.status, 401, "{fields:?}");
            let challenge = answer.header("www-authenticate").unwrap();
            assert!(challenge.starts_with("Basic realm="), "{challenge}");
            assert!(!answer.body.contains("looselycoupled"), "{}", answer.body);
        }
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_password_may_stand_in_a_file() {
    let scratch = Scratch::new();
    let file = scratch.file("password", "secret\n");
    let section = format!("port: 0, username: reader, password_file: {}", file.display());
    let running = start(application(&section)).await;
    assert_eq!(get(running.address, "/metrics", RIGHT).await.status, 200);
    assert_eq!(get(running.address, "/metrics", "").await.status, 401);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn other_machines_are_not_let_in_without_credentials() {
    for address in ["0.0.0.0", "'::'", "192.0.2.1"] {
        let message = refusal(application(&format!("port: 0, address: {address}"))).await;
        assert!(message.contains("`prometheus.address` is "), "{message}");
        assert!(message.contains("give `username` and `password`"), "{message}");
    }
    let running = start(application(&format!("address: 0.0.0.0, {LOGIN}"))).await;
    let port = running.address.port();
    let here = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    assert_eq!(get(here, "/metrics", RIGHT).await.status, 200);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn half_of_what_belongs_together_is_refused() {
    let scratch = Scratch::new();
    let empty = scratch.file("empty", "\n").display().to_string();
    let missing = scratch.path("missing").display().to_string();
    let cases = [
        (
            "username: reader".to_owned(),
            "`prometheus.username` is given without `password` or `password_file`",
        ),
        ("password: secret".to_owned(), "`prometheus.password` is given without `username`"),
        ("username: '', password: secret".to_owned(), "`prometheus.username` is no use"),
        ("username: 'a:b', password: secret".to_owned(), "ends a name at the first `:`"),
        ("username: reader, password: ''".to_owned(), "`prometheus.password` is no use"),
        (format!("username: reader, password: secret, password_file: {empty}"), "are both given"),
        (format!("username: reader, password_file: {empty}"), "a password has at least one sign"),
        (format!("username: reader, password_file: {missing}"), "which cannot be read"),
    ];
    for (section, expected) in cases {
        let message = refusal(application(&format!("port: 0, {section}"))).await;
        assert!(message.contains(expected), "{section}: {message}");
        assert!(!message.contains("secret"), "no error shows a password: {message}");
    }
}

#[tokio::test]
async fn requests_without_a_path_are_answered_like_all_others() {
    let log = looselycoupled_tests::Log::default();
    let _listening = log.listen();
    let open = start(application("port: 0")).await;
    let locked = start(application("port: 0, username: u, password: p")).await;
    for (running, status) in [(&open, 404), (&locked, 401)] {
        for line in ["CONNECT a:80", "CONNECT a", "GET a:80"] {
            let answer = looselycoupled_tests::http::ask(
                running.address,
                &format!("{line} HTTP/1.1\r\nHost: metrics\r\n\r\n"),
            )
            .await;
            assert_eq!(answer.status, status, "{line}: {answer:?}");
        }
    }
    assert_eq!(log.count("panic"), 0, "{}", log.text());
    open.app.shutdown().await.unwrap();
    locked.app.shutdown().await.unwrap();
}
