//! Passes on everything that peers send, as it is, to all of them: MrEventLoop's `Broker`.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;
use zeromq::{PubSocket, Socket, SocketRecv, SocketSend, SubSocket, ZmqError};

use super::endpoint::{clear, close_to_others, path, unusable};
use super::message::LONGEST;
use crate::provider::ProviderError;

/// What has been passed on leaves in this time: nobody can be asked whether it has.
const LINGER: Duration = Duration::from_millis(50);

/// Between two looks where there was nothing to receive.
const BREATH: Duration = Duration::from_millis(5);

/// A broker that is there until this is dropped.
#[derive(Debug)]
pub(super) struct Broker {
    relaying: JoinHandle<()>,
    endpoints: [String; 2],
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.relaying.abort();
        for path in self.endpoints.iter().filter_map(|endpoint| path(endpoint)) {
            let _nobody_minds = std::fs::remove_file(path);
        }
    }
}

impl Broker {
    pub(super) async fn open(publishes: &str, takes: &str) -> Result<Self, ProviderError> {
        let (mut incoming, mut outgoing) = (SubSocket::new(), PubSocket::new());
        clear(takes)?;
        clear(publishes)?;
        incoming.bind(takes).await.map_err(|error| unusable(takes, &error))?;
        close_to_others(takes)?;
        incoming.subscribe("").await.map_err(|error| unusable(takes, &error))?;
        outgoing.bind(publishes).await.map_err(|error| unusable(publishes, &error))?;
        close_to_others(publishes)?;
        let endpoints = [takes.to_owned(), publishes.to_owned()];
        Ok(Self { relaying: tokio::spawn(relay(incoming, outgoing)), endpoints })
    }

    pub(super) async fn close(self) {
        sleep(LINGER).await;
    }
}

async fn relay(mut incoming: SubSocket, mut outgoing: PubSocket) {
    loop {
        match incoming.recv().await {
            Ok(message) => {
                let length: usize = message.iter().map(|frame| frame.len()).sum();
                if length > LONGEST {
                    tracing::warn!(target: "looselycoupled", length, "a message was not passed on: at most {LONGEST} bytes are");
                } else if let Err(error) = outgoing.send(message).await {
                    tracing::warn!(target: "looselycoupled", "a message was not passed on: {error}");
                }
            }
            Err(ZmqError::NoMessage) => sleep(BREATH).await,
            // One peer has sent what is nothing of ZeroMQ, and is cut off; the others go on.
            Err(error) => {
                tracing::warn!(target: "looselycoupled", "a peer of the broker was cut off: {error}");
                sleep(BREATH).await;
            }
        }
    }
}
