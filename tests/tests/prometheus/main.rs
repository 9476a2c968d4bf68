//! The module `Prometheus`, asked over real connections.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod access;
mod crowd;
mod framework;
mod listening;
mod promtool;
mod tls;
mod users;

use std::net::SocketAddr;

use looselycoupled::config::Config;
use looselycoupled::modules::prometheus::{Prometheus, PrometheusStub};
use looselycoupled::prelude::*;

use looselycoupled_tests::http::{self, Answer};

/// An application of this section, on a port of its own unless the section names one.
fn application(section: &str) -> AppBuilder {
    let text = format!("prometheus: {{ {section} }}");
    let config = Config::parse(&text, "config.yaml").unwrap();
    App::builder().config(config).module("prometheus", Prometheus::default())
}

/// A running application, and where its metrics are.
struct Running {
    app: App,
    metrics: PrometheusStub,
    address: SocketAddr,
}

async fn start(builder: AppBuilder) -> Running {
    let app = builder.start().await.unwrap();
    let metrics: PrometheusStub = app.handle().stub("prometheus").unwrap();
    let address = metrics.address().await.unwrap().parse().unwrap();
    Running { app, metrics, address }
}

impl Running {
    async fn get(&self, path: &str) -> Answer {
        http::get(self.address, path, "").await
    }

    /// The text of all metrics.
    async fn text(&self) -> String {
        let answer = self.get("/metrics").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// The value of a series, written as it stands in the text.
    async fn value(&self, series: &str) -> Option<f64> {
        value(&self.text().await, series)
    }
}

fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(line.parse().unwrap())
}

/// What a start that fails says.
async fn refusal(builder: AppBuilder) -> String {
    builder.start().await.unwrap_err().to_string()
}
