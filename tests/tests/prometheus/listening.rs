//! From when to when it listens, and what happens where it cannot.

use std::net::SocketAddr;

use looselycoupled::config::Config;
use looselycoupled::modules::prometheus::{ListenError, Prometheus};
use looselycoupled::prelude::*;
use looselycoupled::{Phase, StartError};
use looselycoupled_tests::within;
use tokio::net::{TcpListener, TcpStream};

use crate::{Running, application, refusal, start};
use looselycoupled_tests::http;

#[tokio::test]
async fn a_file_lists_it() {
    let text = "looselycoupled: { modules: { prometheus: Prometheus, second: Prometheus } }\n\
                prometheus: { port: 0 }\nsecond: { port: 0 }";
    let app = App::builder().config(Config::parse(text, "config.yaml").unwrap()).start().await.unwrap();
    for name in ["prometheus", "second"] {
        let address: String =
            app.handle().exec_task(&format!("{name}.address"), args! {}).await.unwrap().get().unwrap();
        assert_eq!(http::get(address.parse().unwrap(), "/metrics", "").await.status, 200);
    }
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_key_that_it_does_not_know_is_refused() {
    let message = refusal(application("port: 0, adress: 127.0.0.1")).await;
    assert!(message.contains("adress") && message.contains("`address`"), "{message}");
    let message = refusal(application("port: 0, series_per_metric: 0")).await;
    assert!(message.contains("series_per_metric"), "{message}");
}

#[tokio::test]
async fn a_port_that_is_taken_fails_the_start() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let started = application(&format!("port: {}", address.port())).start().await;
    let error = started.unwrap_err();
    let message = error.to_string();
    assert!(message.contains(&format!("cannot listen on {address}")), "{message}");
    assert!(message.contains("`prometheus.port`"), "{message}");
    let StartError::Module { source, .. } = error else { panic!("{error}") };
    assert!(matches!(source.downcast_ref(), Some(ListenError::Bind { .. })), "{source:?}");
}

/// Looks at another module's phase from the outside while nobody is active yet.
struct Early;

#[module]
impl Early {
    /// Starts after `prometheus`, so that one is passive by now.
    #[initialize]
    async fn look(&self, ctx: &Context) -> Result<()> {
        assert_eq!(ctx.phase("prometheus"), Some(Phase::Passive));
        let port = ctx.setting::<u16>("port").unwrap().unwrap();
        TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).await.unwrap();
        Ok(())
    }
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn it_listens_while_modules_are_passive() {
    let port = free_port().await;
    let text = format!("prometheus: {{ port: {port} }}\nearly: {{ port: {port} }}");
    let config = Config::parse(&text, "config.yaml").unwrap();
    let builder = App::builder().config(config).module("prometheus", Prometheus::default());
    let app = builder.module("early", Early).start().await.unwrap();
    app.shutdown().await.unwrap();
}

struct Broken;

#[module]
impl Broken {
    #[initialize]
    fn fail(&self) -> Result<(), std::fmt::Error> {
        Err(std::fmt::Error)
    }
}

#[tokio::test]
async fn a_start_that_fails_elsewhere_leaves_the_port_free() {
    let port = free_port().await;
    let builder = application(&format!("port: {port}")).module("broken", Broken);
    builder.start().await.unwrap_err();
    TcpListener::bind(("127.0.0.1", port)).await.unwrap();
}

#[tokio::test]
async fn after_the_end_nobody_listens() {
    let Running { app, address, .. } = start(application("port: 0")).await;
    assert_eq!(http::get(address, "/metrics", "").await.status, 200);
    app.shutdown().await.unwrap();
    within(TcpStream::connect(address)).await.unwrap_err();
}
