//! Where it listens, and what it does not listen for.

use looselycoupled_tests::certificates::{Files, connect, pair};
use looselycoupled_tests::http::converse;
use tokio::net::TcpListener;

use crate::{application, refusal, request, start};

#[tokio::test]
async fn nobody_listens_to_other_machines_without_users_or_a_token() {
    let said = refusal(application("address: 0.0.0.0")).await;
    let wanted = "`web.address` is 0.0.0.0, which other machines reach: give `users`, or `token` or `token_file` in section `web`, or \
                  listen on 127.0.0.1";
    assert!(said.contains(wanted), "{said}");
}

#[tokio::test]
async fn what_is_wrong_with_a_section_fails_the_start() {
    for (section, wanted) in [
        (
            "users: { anna: {} }",
            "`web.users.anna` is no use: it needs `password_hash`, `password` or `password_file`",
        ),
        (
            "users: { anna: { password: a, password_hash: b } }",
            "`web.users.anna.password_hash` and `web.users.anna.password` are both given",
        ),
        ("users: { anna: { password_hash: plain } }", "`web.users.anna.password_hash` is no use"),
        (
            "hosts: ['a.local:80']",
            "`a.local:80` in `web.hosts` is no use: give the name alone, without scheme and port",
        ),
        ("hosts: ['http://a.local']", "`http://a.local` in `web.hosts` is no use"),
        ("buffer: 65537", "`web.buffer` is no use: 65,536 events are the most that can wait"),
        ("hosts: ['*']", "`*` in `web.hosts` is no use: no sign stands for others here"),
        ("session: 0s", "`web.session` is no use: it would be over at once; give more than 0s"),
        ("timeout: 0s", "`web.timeout` is no use: it would be over at once"),
        ("stall: 0ms", "`web.stall` is no use: it would be over at once"),
        ("users: { '': { password: a } }", "a name in `web.users` is no use: it is empty"),
        (
            "users: { anna: { password_hash: $argon2id$v=19$m=19456 } }",
            "`web.users.anna.password_hash` is no use: it is no hash that `hash_password` makes",
        ),
        (
            "users: { anna: { password_hash: '$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng' } }",
            "`web.users.anna.password_hash` is no use: each login would take more than 1 GiB of memory",
        ),
        (
            "users: { anna: { password_hash: '$argon2id$v=19$m=19456,t=4000000,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng' } }",
            "`web.users.anna.password_hash` is no use: each login would take more than 1 GiB of memory",
        ),
        ("token: ''", "`web.token` is no use: a token has at least one sign"),
        ("token: a, token_file: b", "`web.token` and `web.token_file` are both given"),
        ("key_file: key.pem", "`web.key_file` is given without `certificate_file`"),
        ("users: { anna: { pasword: a } }", "did you mean `password`?"),
    ] {
        let said = refusal(application(section)).await;
        assert!(said.contains(wanted), "{section}: {said}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_fails_the_start() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let said = refusal(application(&format!("port: {port}"))).await;
    assert!(said.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{said}");
}

#[tokio::test]
async fn with_a_certificate_it_is_https_and_says_so_to_browsers() {
    let pair = pair();
    let files = Files::new(&pair);
    let running = start(application(&files.section())).await;
    let stream = connect(running.address, &pair).await.unwrap();
    let answer = converse(stream, &request("GET", "/health/live", "", "")).await;
    assert_eq!((answer.status, answer.header("strict-transport-security")), (200, Some("max-age=31536000")));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_end_of_the_application_ends_what_would_go_on() {
    let running = start(application("")).await;
    let stream = tokio::spawn({
        let request = request("GET", "/api/v1/events?pattern=**", "", "");
        let address = running.address;
        async move { looselycoupled_tests::http::ask(address, &request).await }
    });
    let listens =
        || running.app.handle().subscriptions().iter().any(|subscription| subscription.pattern == "**");
    while !listens() {
        tokio::task::yield_now().await;
    }
    running.app.shutdown().await.unwrap();
    assert_eq!(stream.await.unwrap().status, 200);
}

#[tokio::test]
async fn no_number_of_connections_is_too_large() {
    let running = start(application("connections: 18446744073709551615")).await;
    assert_eq!(running.get("/health/live").await.status, 200);
    running.app.shutdown().await.unwrap();
}
