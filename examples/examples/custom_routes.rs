//! Pages of one's own: the module `Web` serves filters of `warp`, which call tasks by their addresses.

use looselycoupled::config::Config;
use looselycoupled::modules::web::warp::{self, Filter};
use looselycoupled::modules::web::{Routes, Web, application};
use looselycoupled::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A program would leave out the port, which is 8080 then.
const CONFIG: &str = "web: { port: 0 }";

#[derive(Default)]
struct Thermometer;

#[module]
impl Thermometer {
    #[task]
    fn read(&self, room: String) -> Result<f64, String> {
        if room == "hall" { Ok(21.5) } else { Err(format!("there is no thermometer in the {room}")) }
    }
}

/// A module could add them while the application runs: `ctx.stub::<WebStub>("web")?.mount(pages())`.
fn pages() -> Routes {
    let room = warp::path!("rooms" / String).and(warp::get()).and(application());
    let room = room.then(async |room: String, application: Handle| {
        match application.exec_task("thermometer.read", args! { room: &room }).await {
            Ok(degrees) => format!("{room}: {} degrees", degrees.value()),
            Err(error) => error.to_string(),
        }
    });
    Routes::new("rooms", room)
}

/// What a browser would show.
async fn get(address: &str, path: &str) -> Result<String, std::io::Error> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned())
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder()
        .config(Config::parse(CONFIG, "config.yaml")?)
        .module("thermometer", Thermometer)
        .module("web", Web::default().routes(pages()))
        .start()
        .await?;
    let address: String = app.handle().exec_task("web.address", args! {}).await?.get()?;
    for path in ["/rooms/hall", "/rooms/attic", "/roms/hall"] {
        println!("{path}  {}", get(&address, path).await?);
    }
    Ok(app.shutdown().await?)
}
