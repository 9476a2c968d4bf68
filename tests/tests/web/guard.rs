//! What every request has to pass.

use looselycoupled_tests::http;

use crate::{JSON, application, problem, start};

#[tokio::test]
async fn a_page_of_another_site_can_do_nothing() {
    let running = start(application("")).await;
    for foreign in [
        "origin: https://evil.example\r\n",
        "origin: null\r\n",
        "origin: http://localhost:9\r\n",
        "origin: http://localhost\r\norigin: http://localhost\r\n",
        "sec-fetch-site: cross-site\r\n",
        "sec-fetch-site: same-site\r\n",
    ] {
        let answer = running.ask("POST", "/api/v1/tasks/lamp.level", &format!("{JSON}{foreign}"), "").await;
        assert_eq!((problem(&answer).0, &*problem(&answer).1), (403, "LC0804"), "{foreign}");
    }
    let own = format!("{JSON}origin: http://localhost\r\nsec-fetch-site: same-origin\r\n");
    assert_eq!(running.ask("POST", "/api/v1/tasks/lamp.level", &own, "").await.status, 200);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_form_of_another_site_has_the_wrong_media_type() {
    let running = start(application("")).await;
    for form in ["", "content-type: text/plain\r\n", "content-type: application/x-www-form-urlencoded\r\n"] {
        let answer = running.ask("POST", "/api/v1/tasks/lamp.level", form, "{}").await;
        assert_eq!((problem(&answer).0, &*problem(&answer).1), (415, "LC0807"), "{form}");
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn only_names_of_this_server_are_taken_for_it() {
    let running = start(application("hosts: [greenhouse.local, 192.0.2.7, '2001:db8::7']")).await;
    let asked = async |host: &str| {
        let request = format!("GET /health/live HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        http::ask(running.address, &request).await
    };
    for fine in [
        "localhost",
        "localhost:80",
        "LOCALHOST",
        "localhost.",
        "localhost.:80",
        "127.0.0.1",
        "127.0.0.2:8080",
        "[::1]:80",
        "greenhouse.local:8080",
        "192.0.2.7",
        "[2001:db8::7]:80",
    ] {
        assert_eq!(asked(&format!("Host: {fine}\r\n")).await.status, 200, "{fine}");
    }
    for forged in
        ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "evil.example:80"]
    {
        let answer = asked(&format!("Host: {forged}\r\n")).await;
        assert_eq!((problem(&answer).0, &*problem(&answer).1), (421, "LC0806"), "{forged}");
    }
    for malformed in [
        "",
        "Host: a b\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: \r\n",
        "Host: evil@localhost\r\n",
        "Host: localhost:99999\r\n",
    ] {
        assert_eq!(asked(malformed).await.status, 400, "{malformed}");
    }
    let absolute =
        "GET http://evil.example/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(http::ask(running.address, absolute).await.status, 421);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait() {
    let running = start(application("requests_per_second: 3")).await;
    let mut refused = None;
    for _ in 0..10 {
        let answer = running.get("/health/live").await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!((problem(&refused).0, refused.header("retry-after")), (429, Some("1")));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_whether_it_says_so_or_not() {
    let running = start(application("body_limit: 100")).await;
    let large = format!("{{\"level\": {}1}}", " ".repeat(200));
    let answer = running.post("/api/v1/tasks/lamp.set_level", &large).await;
    assert_eq!((problem(&answer).0, &*problem(&answer).1), (413, "LC0809"));
    let chunked = format!(
        "POST /api/v1/tasks/lamp.set_level HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{JSON}transfer-encoding: chunked\r\n\r\n\
         {:x}\r\n{large}\r\n0\r\n\r\n",
        large.len()
    );
    assert_eq!(http::ask(running.address, &chunked).await.status, 413);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn browsers_are_told_what_not_to_do() {
    let running = start(application("")).await;
    let answer = running.get("/api/v1/state").await;
    for (field, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(field), Some(value));
    }
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'self';"));
    assert_eq!(answer.header("strict-transport-security"), None);
    running.app.shutdown().await.unwrap();
}
