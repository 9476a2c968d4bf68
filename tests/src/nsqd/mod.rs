//! An nsqd for tests, since there is no package of the real one: NSQ's protocol V2 with topics, channels, messages under way with their
//! timeouts, attempts, RDY counts, heart-beats, and a journal, so that one that is killed has what it has confirmed. That it behaves like the
//! real one is seen by `ansq`, a client of Python's that knows nothing of this framework.

mod commands;
mod journal;
mod store;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{interval, timeout};

use commands::{Client, Refusal};
use store::Store;

/// As the real one has it.
const LONGEST: usize = 1024 * 1024;
const MOST_READY: u32 = 2_500;

/// How it is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// After so long a message comes again.
    pub timeout: Duration,
    /// Without it nobody is let in.
    pub secret: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(60), secret: None }
    }
}

/// An nsqd that runs; dropped, it cuts off everybody.
#[derive(Debug)]
pub struct Nsqd {
    address: SocketAddr,
    store: Arc<Mutex<Store>>,
    running: JoinHandle<()>,
}

impl Drop for Nsqd {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Nsqd {
    /// At a port, or, if it is 0, at any; with a journal, or only in memory.
    ///
    /// # Errors
    ///
    /// The port or the journal cannot be used.
    pub async fn start(port: u16, journal: Option<&Path>, settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let address = listener.local_addr()?;
        let store = Arc::new(Mutex::new(Store::open(journal)?));
        let held = Arc::clone(&store);
        let running = tokio::spawn(async move { listen(listener, held, settings).await });
        Ok(Self { address, store, running })
    }

    /// As configurations write it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("tcp://{}", self.address)
    }

    /// Ends when everybody has been cut off.
    pub async fn stop(mut self) {
        self.running.abort();
        let _it_was_told_to = (&mut self.running).await;
    }

    /// The channels of a topic, sorted, and how many messages each has, those under way included.
    #[must_use]
    pub fn channels(&self, topic: &str) -> Vec<(String, usize)> {
        lock(&self.store).channels(topic)
    }
}

fn lock(store: &Mutex<Store>) -> std::sync::MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: TcpListener, store: Arc<Mutex<Store>>, settings: Settings) {
    let mut clients = JoinSet::new();
    let mut ticks = interval(Duration::from_millis(20));
    let mut last = 0;
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                last += 1;
                let (store, settings) = (Arc::clone(&store), settings.clone());
                clients.spawn(async move { serve(stream, last, store, settings).await });
            }
            _ = ticks.tick() => lock(&store).tick(),
            Some(_) = clients.join_next() => {}
        }
    }
}

/// One connection, from its first byte to its last.
async fn serve(stream: TcpStream, number: u64, store: Arc<Mutex<Store>>, settings: Settings) {
    let _now_or_later = stream.set_nodelay(true);
    let (reader, writer) = stream.into_split();
    let (sending, sent) = unbounded_channel();
    let client = Client::new(number, sending.clone(), Arc::clone(&store), settings);
    let (beats, beating) = tokio::sync::watch::channel(Duration::from_secs(30));
    tokio::select! {
        () = hear(BufReader::new(reader), client, &sending, &beats) => {}
        () = write(writer, sent) => {}
        () = beat(&sending, beating) => {}
    }
    lock(&store).leave(number);
}

/// A frame of a sort.
pub(crate) fn frame(sort: u32, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 4).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &sort.to_be_bytes(), content].concat()
}

type Beats = tokio::sync::watch::Sender<Duration>;

async fn hear(
    mut reader: BufReader<OwnedReadHalf>,
    mut client: Client,
    sending: &UnboundedSender<Vec<u8>>,
    beats: &Beats,
) {
    let mut magic = [0; 4];
    if reader.read_exact(&mut magic).await.is_err() || &magic != b"  V2" {
        let _gone = sending.send(frame(1, b"E_BAD_PROTOCOL"));
        return tokio::task::yield_now().await;
    }
    loop {
        // Who says nothing for two heart-beats is gone.
        let patience = 2 * *beats.borrow();
        let Ok(Ok((line, content))) = timeout(patience, command(&mut reader)).await else { return };
        let answer = match client.obey(&line, &content) {
            Ok(answer) => answer.map(|said| frame(0, &said)),
            Err(Refusal { why, is_end }) => {
                let _gone = sending.send(frame(1, why.as_bytes()));
                if is_end {
                    // What has been said is to leave first.
                    return tokio::time::sleep(Duration::from_millis(50)).await;
                }
                None
            }
        };
        beats.send_replace(client.beats);
        answer.map(|answer| sending.send(answer));
    }
}

/// A line, and what stands behind it.
async fn command(reader: &mut BufReader<OwnedReadHalf>) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut line = Vec::new();
    if reader.take(1_024).read_until(b'\n', &mut line).await? == 0 || line.pop() != Some(b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let verb = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    let mut content = Vec::new();
    if matches!(verb, b"IDENTIFY" | b"AUTH" | b"PUB" | b"MPUB" | b"DPUB") {
        let length = reader.read_u32().await? as usize;
        if length > 5 * LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        content = vec![0; length];
        reader.read_exact(&mut content).await?;
    }
    Ok((line, content))
}

async fn write(mut writer: OwnedWriteHalf, mut sent: UnboundedReceiver<Vec<u8>>) {
    while let Some(mut batch) = sent.recv().await {
        while batch.len() < 64 * 1024
            && let Ok(more) = sent.try_recv()
        {
            batch.extend(more);
        }
        if writer.write_all(&batch).await.is_err() {
            return;
        }
    }
}

async fn beat(sending: &UnboundedSender<Vec<u8>>, mut beats: tokio::sync::watch::Receiver<Duration>) {
    loop {
        let pause = *beats.borrow_and_update();
        let is_other =
            async { while beats.changed().await.is_ok() && *beats.borrow_and_update() == pause {} };
        if timeout(pause, is_other).await.is_err() {
            let _gone = sending.send(frame(0, b"_heartbeat_"));
        }
    }
}

/// What is agreed upon.
fn features(settings: &Settings, timeout: Duration) -> Vec<u8> {
    let said = json!({
        "max_rdy_count": MOST_READY,
        "version": "1.3.0",
        "max_msg_timeout": 900_000,
        "msg_timeout": timeout.as_millis() as u64,
        "tls_v1": false,
        "deflate": false,
        "deflate_level": 0,
        "max_deflate_level": 6,
        "snappy": false,
        "sample_rate": 0,
        "auth_required": settings.secret.is_some(),
        "output_buffer_size": 16_384,
        "output_buffer_timeout": 250,
    });
    said.to_string().into_bytes()
}
