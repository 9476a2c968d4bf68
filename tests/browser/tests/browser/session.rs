//! As much of WebDriver as the tests need: JSON over HTTP, one connection for each command.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// No command takes as long, not even the start of a browser.
const PATIENCE: Duration = Duration::from_secs(60);

/// What every element's id stands under.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser that is driven.
#[derive(Debug, Clone)]
pub struct Session {
    port: u16,
    path: String,
}

/// An element of its page.
#[derive(Debug)]
pub struct Element {
    session: Session,
    path: String,
}

impl Session {
    /// Starts a browser.
    pub async fn begin(port: u16, capabilities: Value) -> Result<Self, String> {
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let told = request(port, "POST", "/session", Some(&asked)).await?;
        let id = told["sessionId"].as_str().ok_or("the session has no id")?;
        Ok(Self { port, path: format!("/session/{id}") })
    }

    /// Ends it.
    pub async fn end(&self) -> Result<(), String> {
        request(self.port, "DELETE", &self.path, None).await.map(drop)
    }

    /// Gives a command.
    pub async fn post(&self, command: &str, body: Value) -> Result<Value, String> {
        request(self.port, "POST", &format!("{}/{command}", self.path), Some(&body)).await
    }

    /// Asks for something.
    pub async fn get(&self, what: &str) -> Result<Value, String> {
        request(self.port, "GET", &format!("{}/{what}", self.path), None).await
    }

    /// The first element that a selector of CSS fits.
    pub async fn find(&self, selector: &str) -> Result<Element, String> {
        let found = self.post("element", json!({ "using": "css selector", "value": selector })).await?;
        self.element(&found)
    }

    /// The element that has the focus.
    pub async fn focused(&self) -> Result<Element, String> {
        let found = self.get("element/active").await?;
        self.element(&found)
    }

    fn element(&self, found: &Value) -> Result<Element, String> {
        let id = found[ELEMENT].as_str().ok_or("the element has no id")?;
        Ok(Element { session: self.clone(), path: format!("element/{id}") })
    }
}

impl Element {
    /// Clicks in its middle; whatever covers it is an error.
    pub async fn click(&self) -> Result<(), String> {
        self.session.post(&format!("{}/click", self.path), json!({})).await.map(drop)
    }

    /// Takes away what is written in it.
    pub async fn clear(&self) -> Result<(), String> {
        self.session.post(&format!("{}/clear", self.path), json!({})).await.map(drop)
    }

    /// Types.
    pub async fn keys(&self, text: &str) -> Result<(), String> {
        self.session.post(&format!("{}/value", self.path), json!({ "text": text })).await.map(drop)
    }
}

/// The value of an answer, or what it complains of.
async fn request(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    let answer = timeout(PATIENCE, exchange(port, &format!("{head}{body}"))).await;
    let answer = answer.map_err(|_| format!("{method} {path} is not answered"))?;
    let content = answer.map_err(|error| error.to_string())?;
    let mut content: Value = serde_json::from_slice(&content).map_err(|error| error.to_string())?;
    match content["value"].take() {
        Value::Object(failure) if failure.contains_key("error") => {
            Err(format!("{}: {}", failure["error"], failure["message"]))
        }
        value => Ok(value),
    }
}

/// The content of the answer. The driver keeps the connection, so its end says nothing.
async fn exchange(port: u16, request: &str) -> io::Result<Vec<u8>> {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?);
    stream.write_all(request.as_bytes()).await?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await?;
    Ok(content)
}
