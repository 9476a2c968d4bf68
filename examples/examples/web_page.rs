//! A page for people: they log in, read what has happened, and push a button that calls a task, puts one in line and sends an event.
//!
//! To look at it: `cargo run --example web_page -- 8080`; the user is `test` with the password `test`.

use looselycoupled::config::Config;
use looselycoupled::modules::web::warp::{self, Filter};
use looselycoupled::modules::web::{Routes, Visitor, Web, application, visitor};
use looselycoupled::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[derive(Default)]
struct Diary(Vec<String>);

#[module]
impl Diary {
    #[task]
    fn write(&mut self, line: String) -> usize {
        self.0.push(line);
        self.0.len()
    }

    #[task]
    fn lines(&self) -> Vec<String> {
        self.0.clone()
    }

    #[on_event]
    fn on_pushed(&mut self, user: String) {
        self.0.push(format!("{user} pushed the button"));
    }
}

/// What somebody wrote must not become a part of the page.
fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

async fn show(visitor: Visitor, application: Handle) -> Result<String, Error> {
    let lines: Vec<String> = application.exec_task("diary.lines", args! {}).await?.get()?;
    let items: String = lines.iter().map(|line| format!("<li>{}</li>", safe(line))).collect();
    let user = safe(&visitor.user.unwrap_or_default());
    Ok(format!(
        "<h1>Hello {user}</h1><ul>{items}</ul><form method=post action=/push><button>Push</button></form>"
    ))
}

async fn push(visitor: Visitor, application: Handle) -> Result<(), Error> {
    let user = visitor.user.unwrap_or_default();
    application.exec_task("diary.write", args! { line: "called" }).await?;
    application.enqueue_task("diary.write", args! { line: "in line" }).await?;
    application.trigger_event("pushed", args! { user }).await.map(drop)
}

fn pages() -> Routes {
    let shown = warp::path::end().and(warp::get()).and(visitor()).and(application());
    let shown = shown.then(async |visitor, application| {
        let page = show(visitor, application).await;
        page.map(warp::reply::html).map_err(|error| error.to_string())
    });
    let pushed = warp::path!("push").and(warp::post()).and(visitor()).and(application());
    let pushed = pushed.then(async |visitor, application| {
        let back = |()| warp::redirect::see_other(warp::http::Uri::from_static("/"));
        push(visitor, application).await.map(back).map_err(|error| error.to_string())
    });
    Routes::new("/", shown.or(pushed))
}

/// What a browser would do.
async fn ask(address: &str, line: &str, fields: &str, body: &str) -> Result<String, std::io::Error> {
    let own = format!("Host: localhost\r\nOrigin: http://localhost\r\nContent-Length: {}", body.len());
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let request = format!("{line} HTTP/1.1\r\nConnection: close\r\n{own}\r\n{fields}\r\n{body}");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.map(|_| answer)
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1);
    let mut config = Config::parse("web: { users: { test: { password: test } } }", "config.yaml")?;
    config.set("web.port", port.as_deref().unwrap_or("0").parse::<u16>()?)?;
    let builder = App::builder().config(config).module("diary", Diary::default());
    let builder = builder.module("web", Web::default().routes(pages()));
    if port.is_some() {
        return Ok(builder.run().await?);
    }
    let app = builder.start().await?;
    let address: String = app.handle().exec_task("web.address", args! {}).await?.get()?;
    println!("{:?}", ask(&address, "GET /", "", "").await?.lines().nth(1));
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let entered = ask(&address, "POST /login", form, "username=test&password=test").await?;
    let session = entered.lines().find_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
    let cookie = format!("Cookie: {}\r\n", session.unwrap_or_default());
    ask(&address, "POST /push", &cookie, "").await?;
    app.quiesce().await;
    println!("{}", ask(&address, "GET /", &cookie, "").await?.lines().last().unwrap_or_default());
    Ok(app.shutdown().await?)
}
