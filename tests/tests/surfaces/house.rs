//! Modules of every kind, with tasks of every kind.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use futures_util::{SinkExt, StreamExt};
use looselycoupled::config::Config;
use looselycoupled::modules::web::{Web, WebStub};
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, http};
use serde_json::{Value as Json, json};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

/// What can be made brighter and darker.
#[interface]
pub trait Dimmer {
    async fn set_level(&self, level: u8, most: u8) -> Result<u8, CallError>;
    async fn off(&self) -> Result<(), CallError>;
    async fn overheat(&self) -> Result<u8, CallError>;
}

#[derive(Debug, thiserror::Error)]
#[error("level {0} is above the most")]
pub struct TooBright(u8);

fn fits(level: u8, most: u8) -> Result<u8, TooBright> {
    if level > most { Err(TooBright(level)) } else { Ok(level) }
}

fn burn() -> u8 {
    panic!("hot on purpose")
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Colour {
    pub red: u8,
    pub name: Option<String>,
}

/// Nothing that serde knows.
#[derive(Debug, PartialEq, Eq)]
pub struct Secret(pub u8);

/// One handler at a time.
#[derive(Default)]
pub struct Lamp {
    level: u8,
    gate: Gate,
}

#[module(implements(Dimmer))]
impl Lamp {
    #[task]
    async fn set_level(&mut self, level: u8, #[default(100)] most: u8) -> Result<u8, TooBright> {
        tokio::task::yield_now().await;
        Ok(std::mem::replace(&mut self.level, fits(level, most)?))
    }

    #[task]
    fn off(&mut self) {
        self.level = 0;
    }

    #[task]
    async fn overheat(&mut self) -> u8 {
        tokio::task::yield_now().await;
        burn()
    }

    #[task]
    fn mix(&self, first: Colour, others: Vec<Colour>) -> Colour {
        let red = others.iter().fold(first.red, |red, other| red / 2 + other.red / 2);
        Colour { red, ..first }
    }

    #[task(name = "what-is")]
    fn renamed(&self, r#type: Option<String>) -> Option<String> {
        r#type
    }

    #[task(timeout = "10ms")]
    async fn hold(&self) {
        self.gate.pass().await;
    }

    #[task]
    async fn fail(&self, why: String) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err(why.into())
    }

    #[task(local)]
    fn exchange(&self, secret: Arc<Secret>) -> u8 {
        secret.0
    }
}

/// Handlers overlap.
#[derive(Default)]
pub struct Chandelier(AtomicU8);

#[module(concurrent, implements(Dimmer))]
impl Chandelier {
    #[task]
    async fn set_level(&self, level: u8, #[default(100)] most: u8) -> Result<u8, TooBright> {
        tokio::task::yield_now().await;
        Ok(self.0.swap(fits(level, most)?, Ordering::Relaxed))
    }

    #[task]
    fn off(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    #[task]
    fn overheat(&self) -> u8 {
        burn()
    }
}

/// Cannot leave its thread.
#[derive(Default)]
pub struct Panel(Rc<u8>);

#[module(pinned, implements(Dimmer))]
impl Panel {
    #[task]
    async fn set_level(&mut self, level: u8, #[default(100)] most: u8) -> Result<u8, TooBright> {
        tokio::task::yield_now().await;
        Ok(*std::mem::replace(&mut self.0, Rc::new(fits(level, most)?)))
    }

    #[task]
    fn off(&mut self) {
        self.0 = Rc::new(0);
    }

    #[task]
    fn overheat(&mut self) -> u8 {
        burn()
    }
}

/// Blocks a thread of its own.
#[derive(Default)]
pub struct Motor(u8);

#[module(implements(Dimmer))]
impl Motor {
    #[task(blocking)]
    fn set_level(&mut self, level: u8, #[default(100)] most: u8) -> Result<u8, TooBright> {
        Ok(std::mem::replace(&mut self.0, fits(level, most)?))
    }

    #[task(blocking)]
    fn off(&mut self) {
        self.0 = 0;
    }

    #[task(blocking)]
    fn overheat(&mut self) -> u8 {
        burn()
    }
}

/// The application and its stubs.
#[derive(Clone)]
pub struct House {
    app: Arc<App>,
    gate: Gate,
    pub handle: Handle,
    pub lamp: LampStub,
    pub chandelier: ChandelierStub,
    pub panel: PanelStub,
    pub motor: MotorStub,
}

impl House {
    pub async fn open() -> Self {
        let gate = Gate::default();
        let app = App::builder()
            .module("lamp", Lamp { level: 0, gate: gate.clone() })
            .module("chandelier", Chandelier::default())
            .module_pinned("panels", "panel", Panel::default)
            .module("motor", Motor::default())
            .module("web", Web::default())
            .config(Config::parse("web: { port: 0 }", "config.yaml").unwrap());
        let app = app.start().await.unwrap();
        let handle = app.handle();
        Self {
            lamp: handle.stub("lamp").unwrap(),
            chandelier: handle.stub("chandelier").unwrap(),
            panel: handle.stub("panel").unwrap(),
            motor: handle.stub("motor").unwrap(),
            app: Arc::new(app),
            gate,
            handle,
        }
    }

    async fn address(&self) -> SocketAddr {
        let web: WebStub = self.handle.stub("web").unwrap();
        web.address().await.unwrap().parse().unwrap()
    }

    /// The body of the answer to a call over HTTP.
    pub async fn post(&self, task: &str, arguments: &Json) -> Json {
        let path = format!("/api/v1/tasks/{task}");
        let fields = "content-type: application/json\r\n";
        let request = http::with_body("POST", &path, fields, &arguments.to_string());
        let answer = http::ask(self.address().await, &request).await;
        serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
    }

    /// The answer to a call over a WebSocket, or its problem.
    pub async fn call_by_socket(&self, task: &str, arguments: &Json) -> Json {
        let stream = TcpStream::connect(self.address().await).await.unwrap();
        let (mut socket, _) = client_async("ws://localhost/api/v1/ws", stream).await.unwrap();
        let frame = json!({ "type": "call", "task": task, "arguments": arguments });
        socket.send(Message::text(frame.to_string())).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap();
        let mut answer: Json = serde_json::from_str(answer.to_text().unwrap()).unwrap();
        if answer["type"] == "error" { answer["problem"].take() } else { answer }
    }

    /// The module as whatever implements the interface.
    pub fn dimmer(&self, name: &str) -> DimmerStub {
        self.handle.stub(name).unwrap()
    }

    /// Whatever somebody gave up waiting for may go on.
    pub async fn close(self) {
        self.gate.open();
        Arc::try_unwrap(self.app)
            .unwrap_or_else(|_| panic!("somebody still calls"))
            .shutdown()
            .await
            .unwrap();
    }
}
