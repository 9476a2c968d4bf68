//! A broker with the address model of ActiveMQ Artemis, as far as tests need it: a model of our own, made after its documentation, and no Artemis.
//!
//! Events are sent to the address `EVENT`, and go to every queue of it. Whoever listens at `EVENT` has a queue of its own as long as it listens; whoever listens at
//! `EVENT::QUEUE` shares that queue with all others who do, and `EVENT::QUEUE?durable=true` outlives the broker. No two queues have the same name, whatever
//! their addresses are. What nobody has settled comes again when its receiver has gone, and counts how often it was sent.

mod connection;
mod store;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

pub use store::{Mail, Store};

/// A broker that runs in a thread of its own. Dropped, it ends as if it had been killed.
#[derive(Debug)]
pub struct Artemis {
    port: u16,
    store: Arc<Store>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Artemis {
    /// At any port.
    #[must_use]
    pub fn start() -> Self {
        let mut artemis = Self { port: 0, store: Arc::default(), running: None };
        artemis.start_again();
        artemis
    }

    /// Starts it after it was killed, at the same port and with what it has kept. Ready when it listens.
    pub fn start_again(&mut self) {
        let (ends, ended) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let (store, port) = (Arc::clone(&self.store), self.port);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.unwrap();
                tell.send(listener.local_addr().unwrap().port()).unwrap();
                let mut guests = JoinSet::new();
                let accepting = async {
                    loop {
                        if let Ok((stream, _)) = listener.accept().await {
                            guests.spawn(connection::serve(stream, Arc::clone(&store)));
                        }
                    }
                };
                tokio::select! {
                    () = accepting => {}
                    _told = ended => {}
                }
            });
            // With it every connection ends, in the middle of whatever it is at.
            drop(runtime);
        });
        self.port = told.recv().unwrap();
        self.running = Some((ends, thread));
    }

    /// Ends every connection without a word, and loses what is not durable.
    pub fn kill(&mut self) {
        if let Some((ends, thread)) = self.running.take() {
            let _it_may_have_ended = ends.send(());
            thread.join().unwrap();
            self.store.forget_what_is_not_durable();
        }
    }

    /// `amqp://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("amqp://127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What it keeps.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}

impl Drop for Artemis {
    fn drop(&mut self) {
        self.kill();
    }
}
