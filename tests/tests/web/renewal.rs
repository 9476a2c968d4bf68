//! A server that is made again.

use std::sync::Arc;

use looselycoupled::config::Config;
use looselycoupled::modules::web::{Routes, Web, WebStub, warp};
use looselycoupled::prelude::*;
use looselycoupled_tests::{quiet, within};
use tokio::net::TcpListener;
use warp::Filter;

use crate::start;

/// Goes off when it is dropped.
#[derive(Clone)]
struct Bomb(Arc<()>);

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(Arc::strong_count(&self.0) > 1, "on purpose");
    }
}

fn armed() -> Routes {
    let bomb = Bomb(Arc::new(()));
    Routes::new(
        "page",
        warp::any().map(move || {
            let _held = &bomb;
            "page"
        }),
    )
}

#[tokio::test]
async fn a_server_that_is_made_again_serves_what_it_had() {
    quiet();
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let config = Config::parse(&format!("web: {{ port: {port} }}"), "config.yaml").unwrap();
    let app = App::builder().config(config).module_with("web", Web::default);
    let app = app.policy("web", Policy::Restart(Restart::default()));
    let running = start(app).await;
    let web: WebStub = running.app.handle().stub("web").unwrap();
    web.mount(armed()).await.unwrap();
    let failed = web.mount(Routes::new("page", warp::any().map(|| "another page"))).await;
    assert!(matches!(failed, Err(CallError::Panicked { .. })), "{failed:?}");
    within(async {
        while web.address().await.ok() != Some(running.address.to_string()) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(running.app.handle().statistics().module("web").unwrap().restarts, 1);
    assert_eq!(running.get("/page").await.body, "another page");
    assert_eq!(running.get("/health/ready").await.status, 200);
    running.app.shutdown().await.unwrap();
}
