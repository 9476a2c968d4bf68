//! The module `Web`, asked over real connections.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod api;
mod crowd;
mod events;
mod farewell;
mod guard;
mod health;
mod listening;
mod login;
mod oddities;
mod renewal;
mod routes;
mod socket;

use std::net::SocketAddr;

use looselycoupled::config::Config;
use looselycoupled::modules::web::{Web, WebStub};
use looselycoupled::prelude::*;
use looselycoupled_tests::http::{self, Answer, with_body as request};
use serde_json::Value as Json;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[derive(Debug, thiserror::Error)]
#[error("{0} % is too bright")]
struct TooBright(u8);

/// A lamp.
#[module(emits(level_changed(level: u8)))]
impl Lamp {
    /// Sets the brightness and returns the one before.
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8) -> Result<u8> {
        if level > 100 {
            return Err(Error::other(TooBright(level)));
        }
        ctx.trigger_event("level_changed", args! { level }).await?;
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    #[task]
    fn infinite(&self) -> f64 {
        f64::INFINITY
    }

    #[task]
    fn burst(&self) {
        panic!("the bulb");
    }

    #[task]
    async fn wait_for_ever(&mut self) {
        std::future::pending::<()>().await;
    }

    #[on_event]
    fn on_sunset(&mut self, level: u8) {
        self.level = level;
    }
}

/// An application of this section, on a port of its own unless the section names one.
fn application(section: &str) -> AppBuilder {
    let port = if section.contains("port:") { "" } else { "port: 0, " };
    let text = format!("web: {{ {port}{section} }}");
    let config = Config::parse(&text, "config.yaml").unwrap();
    App::builder().config(config).module("lamp", Lamp::default()).module("web", Web::default())
}

/// A running application, and where its server is.
struct Running {
    app: App,
    address: SocketAddr,
}

async fn start(builder: AppBuilder) -> Running {
    let app = builder.start().await.unwrap();
    let web: WebStub = app.handle().stub("web").unwrap();
    let address = web.address().await.unwrap().parse().unwrap();
    Running { app, address }
}

const JSON: &str = "content-type: application/json\r\n";

impl Running {
    async fn ask(&self, method: &str, path: &str, fields: &str, body: &str) -> Answer {
        http::ask(self.address, &request(method, path, fields, body)).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", "").await
    }

    async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, JSON, body).await
    }
}

fn json(answer: &Answer) -> Json {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// Status, code and detail of a refusal.
#[track_caller]
fn problem(answer: &Answer) -> (u16, String, String) {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    let told = json(answer);
    assert_eq!(told["status"], answer.status, "{answer:?}");
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    (answer.status, text("code"), text("detail"))
}

/// What a start that fails says.
async fn refusal(builder: AppBuilder) -> String {
    builder.start().await.unwrap_err().to_string()
}
