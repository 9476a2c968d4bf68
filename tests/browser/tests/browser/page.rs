//! What a test does with the page.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::session::Session;

/// How long a condition may take to come true, in a browser on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(15);
/// A look at the page costs a few milliseconds.
const BETWEEN_LOOKS: Duration = Duration::from_millis(30);

/// The browser's page.
#[derive(Clone)]
pub struct Page {
    session: Session,
}

impl Page {
    pub fn of(session: Session) -> Self {
        Self { session }
    }

    /// Opens an address and waits for the first figures.
    pub async fn open(&self, url: &str) {
        self.goto(url).await;
        self.until("document.getElementById('link-state')?.dataset.state === 'up'").await;
    }

    /// Opens an address, whatever it shows.
    pub async fn goto(&self, url: &str) {
        self.session.post("url", json!({ "url": url })).await.unwrap();
    }

    /// Goes to a view, as its link would.
    pub async fn view(&self, place: &str) {
        self.run("location.hash = '#/' + arguments[0]", json!([place])).await;
        let tab = place.split('/').next().unwrap();
        self.until(&format!("!document.getElementById('{tab}').hidden")).await;
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Value) -> Value {
        let asked = json!({ "script": script, "args": arguments });
        self.session.post("execute/sync", asked).await.unwrap_or_else(|error| panic!("{error}: {script}"))
    }

    /// Runs a script that calls its last argument with the result.
    pub async fn run_later(&self, script: &str, arguments: Value) -> Value {
        let asked = json!({ "script": script, "args": arguments });
        self.session.post("execute/async", asked).await.unwrap_or_else(|error| panic!("{error}: {script}"))
    }

    /// The value of an expression.
    pub async fn value(&self, expression: &str) -> Value {
        self.run(&format!("return {expression}"), json!([])).await
    }

    /// The text of an element; empty where it has none.
    pub async fn text(&self, selector: &str) -> String {
        let text = self
            .run("return document.querySelector(arguments[0])?.textContent ?? ''", json!([selector]))
            .await;
        text.as_str().unwrap().to_owned()
    }

    /// Waits until an expression is true.
    pub async fn until(&self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            // While the page is loaded anew there is nothing that could be asked.
            let asked = json!({ "script": format!("return Boolean({expression})"), "args": [] });
            let seen = self.session.post("execute/sync", asked).await;
            if matches!(seen, Ok(Value::Bool(true))) {
                return;
            }
            if Instant::now() > end {
                let there = self.value("document.body?.innerText").await;
                panic!("not within {PATIENCE:?}: {expression}; last {seen:?}; the page says: {there}");
            }
            sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Waits until an element says something.
    pub async fn until_says(&self, selector: &str, text: &str) {
        let (selector, text) = (json!(selector), json!(text));
        self.until(&format!("document.querySelector({selector})?.textContent.includes({text})")).await;
    }

    /// Clicks as a hand would, once the element is there; one that stays covered is an error.
    pub async fn click(&self, selector: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            // What is drawn anew between finding and clicking is found again.
            let clicked = match self.session.find(selector).await {
                Ok(element) => element.click().await,
                Err(error) => Err(error),
            };
            let Err(error) = clicked else { return };
            assert!(Instant::now() < end, "{selector}: {error}");
            sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Writes into a field in the place of what is there.
    pub async fn write(&self, selector: &str, text: &str) {
        let element = self.session.find(selector).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
        element.clear().await.unwrap();
        element.keys(text).await.unwrap();
    }

    /// Chooses of a list, as somebody does.
    pub async fn choose(&self, selector: &str, value: &str) {
        let script = "const list = document.querySelector(arguments[0]);
            list.value = arguments[1];
            list.dispatchEvent(new Event('input', { bubbles: true }));
            list.dispatchEvent(new Event('change', { bubbles: true }));
            return list.value;";
        assert_eq!(self.run(script, json!([selector, value])).await, value);
    }

    /// Presses keys where the focus is.
    pub async fn press(&self, keys: &str) {
        self.session.focused().await.unwrap().keys(keys).await.unwrap();
    }

    /// Gives the page another size.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        self.until(&format!("innerWidth === {width}")).await;
    }

    /// Gives the system another theme.
    pub async fn theme(&self, theme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
        self.until(&format!("matchMedia('(prefers-color-scheme: {theme})').matches")).await;
    }

    /// What the browser has noted since the last time, as `LEVEL: text`.
    pub async fn log(&self) -> Vec<String> {
        let lines = self.issue("se/log", json!({ "type": "browser" })).await;
        let text = |line: &Value| {
            format!("{}: {}", line["level"].as_str().unwrap(), line["message"].as_str().unwrap())
        };
        lines.as_array().unwrap().iter().map(text).collect()
    }

    /// A picture of what is seen.
    pub async fn picture(&self) -> Vec<u8> {
        let picture = self.session.get("screenshot").await.unwrap();
        STANDARD.decode(picture.as_str().unwrap()).unwrap()
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        self.issue("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await;
    }

    async fn issue(&self, command: &str, body: Value) -> Value {
        self.session.post(command, body).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}
