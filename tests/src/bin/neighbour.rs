//! A process for tests that kill one: it serves a pump at a socket, and hosts the broker if it is told to.

use looselycoupled::prelude::*;
use looselycoupled::provider::Socket;

#[derive(Default)]
struct Pump;

#[module]
impl Pump {
    #[task]
    fn echo(&self, number: u64) -> u64 {
        number
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), AppError> {
    let mut arguments = std::env::args().skip(1);
    let (role, url) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let socket = if role == "host" { Socket::host(&url) } else { Socket::connect(&url) };
    let module = format!("pump_of_{role}");
    App::builder()
        .process(&role)
        .module(&module, Pump)
        .provider("home", socket)
        .route_module(&module, "home")
        .route_event("drop", "home")
        .run()
        .await
}
