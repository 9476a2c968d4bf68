//! A process for tests that kill one: it serves a pump at a socket, hosts the broker if it is told to, and else writes down what it
//! hears.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Socket, Via};

#[derive(Default)]
struct Pump;

#[module]
impl Pump {
    #[task]
    fn echo(&self, number: u64) -> u64 {
        number
    }
}

/// Each line is in the file when its handler has ended, whatever becomes of the process.
struct Diary(File);

#[module]
impl Diary {
    #[on_event(external = "the test sends it")]
    fn on_entry(&mut self, ctx: &Context, number: u64) -> Result<()> {
        let again = if ctx.metadata().redelivered { " again" } else { "" };
        self.0.write_all(format!("{number}{again}\n").as_bytes()).map_err(Error::other)
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().unwrap_or_default();
    let (role, url, folder) = (next(), next(), next());
    let folder = Path::new(&folder);
    let is_host = role == "host";
    let socket = if is_host { Socket::host(&url) } else { Socket::connect(&url) };
    let module = format!("pump_of_{role}");
    let app = App::builder()
        .process(&role)
        .module(&module, Pump)
        .provider("home", socket.journal(folder.join("journal")))
        .route_module(&module, "home")
        .route_event("drop", "home");
    let app = if is_host {
        app
    } else {
        let diary = OpenOptions::new().append(true).create(true).open(folder.join("diary"));
        let app = app.module("diary", Diary(diary.map_err(Error::other)?));
        app.route_event("entry", Via::provider("home").durable())
    };
    app.run().await.map_err(Error::other)
}
