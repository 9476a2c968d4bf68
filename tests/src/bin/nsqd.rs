//! An nsqd as a process of its own, for tests that kill one and for clients of other languages: `nsqd <port> <journal> [<secret>]`. It says
//! when it listens, and ends when it is killed, or with its standard input.

use std::io::Read;
use std::path::PathBuf;

use looselycoupled_tests::nsqd::{Nsqd, Settings};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().and_then(|port| port.parse().ok()).unwrap_or(0);
    let journal = arguments.next().filter(|path| !path.is_empty()).map(PathBuf::from);
    let settings = Settings { secret: arguments.next(), ..Settings::default() };
    let nsqd = Nsqd::start(port, journal.as_deref(), settings).await?;
    println!("{}", nsqd.url());
    let _ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await;
    Ok(())
}
