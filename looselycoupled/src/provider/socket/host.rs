//! The process that hosts the broker.

use std::path::PathBuf;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::sync::mpsc::channel;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::broker::{Broker, Exit};
use super::connection::{Connection, Ended, Reading};
use super::keeper::Keeper;
use super::mail::{VERSION, VERSION_HEADER};
use super::peer::Peer;
use crate::provider::bind::{Bound, bind};
use crate::provider::wire::{Frame, Kind};
use crate::provider::{Link, ProviderError};
use crate::sync::{Arc, Mutex};

/// How long a process may take to say who it is.
const GREETING: Duration = Duration::from_secs(5);

/// How many may be about to say it at once.
const STRANGERS: usize = 64;

/// How long to wait where the system has no connection to give.
const BREATH: Duration = Duration::from_millis(500);

/// How often it is tried again to hand over what somebody had no room for.
const AGAIN: Duration = Duration::from_millis(250);

/// So many frames wait for the process that hosts.
const ROOM: usize = 65_536;

/// How long what has been accepted may take to leave at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// What goes on while the broker is there.
#[derive(Debug, Default)]
pub(super) struct Host(Mutex<Option<(Arc<Broker>, JoinHandle<()>)>>);

impl Host {
    /// Listens, and makes this process a member.
    pub(super) async fn open(
        &self,
        path: PathBuf,
        keeper: Option<Arc<Keeper>>,
        peer: &Arc<Peer>,
        link: Link,
    ) -> Result<(), ProviderError> {
        let bound = bind(path).await?;
        let broker = Arc::new(Broker::new(keeper));
        let (exit, frames) = channel(ROOM);
        let member = broker.admit(link.process(), Exit::Here(exit)).map_err(ProviderError::Setup)?;
        Peer::attend(peer, (Arc::clone(&broker), member), frames, link);
        let listening = tokio::spawn(listen(bound, Arc::clone(&broker)));
        *self.0.lock() = Some((broker, listening));
        Ok(())
    }

    /// Listens no longer, and cuts off everybody.
    pub(super) async fn close(&self) {
        let Some((broker, listening)) = self.0.lock().take() else { return };
        let left = async {
            while broker.has_waiting() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        if timeout(FAREWELL, left).await.is_err() {
            tracing::warn!(target: "looselycoupled", "somebody does not read: some of what was sent has not left");
        }
        listening.abort();
        // The file is gone, and nobody is connected, when this returns.
        let _it_was_told_to = listening.await;
        if let Some(keeper) = broker.keeper().cloned() {
            let _panicked_and_told = tokio::task::spawn_blocking(move || keeper.close()).await;
        }
    }
}

/// Dropped, it cuts off everybody.
async fn listen(bound: Bound, broker: Arc<Broker>) {
    let mut members = JoinSet::new();
    let strangers = Arc::new(tokio::sync::Semaphore::new(STRANGERS));
    let mut again = tokio::time::interval(AGAIN);
    again.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            accepted = bound.listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Without a place it is dropped, and the other side tries again.
                    if let Ok(place) = Arc::clone(&strangers).try_acquire_owned() {
                        let broker = Arc::clone(&broker);
                        members.spawn(async move { receive(stream, &broker, place).await });
                    }
                }
                Err(error) => {
                    tracing::warn!(target: "looselycoupled", "the broker cannot take a connection: {error}");
                    sleep(BREATH).await;
                }
            },
            Some(_) = members.join_next() => {}
            _ = again.tick(), if broker.keeper().is_some() => {
                broker.keeper().into_iter().for_each(|keeper| keeper.try_again());
            }
        }
    }
}

async fn receive(stream: UnixStream, broker: &Arc<Broker>, place: tokio::sync::OwnedSemaphorePermit) {
    let mut connection = Connection::new(stream);
    let greeting = timeout(GREETING, greet(&mut connection, broker)).await;
    drop(place);
    let (process, guard) = match greeting {
        Ok(Ok(greeted)) => greeted,
        Ok(Err(ended)) => {
            return tracing::warn!(target: "looselycoupled", "a stranger to the broker: {ended}");
        }
        Err(_) => {
            return tracing::warn!(target: "looselycoupled", "a stranger to the broker did not say who it is");
        }
    };
    let mut reading = Reading::of(connection);
    let ended = loop {
        match reading.frame().await {
            // Its last frame: who waits for the connection to end knows that nothing is on its way to it any more.
            Ok(frame) if frame.kind == Kind::Goodbye => break Ended::Closed,
            Ok(frame) => broker.take(guard.member, frame),
            Err(ended) => break ended,
        }
    };
    if matches!(ended, Ended::Closed) {
        tracing::debug!(target: "looselycoupled", %process, "{ended}");
    } else {
        tracing::warn!(target: "looselycoupled", %process, "cut off: {ended}");
    }
}

/// A process that has been let in; out again when this is dropped.
struct Inside<'a> {
    broker: &'a Broker,
    member: super::broker::MemberId,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.broker.dismiss(self.member);
    }
}

/// Who it is, and whether it may come in.
async fn greet<'a>(connection: &mut Connection, broker: &'a Broker) -> Result<(Box<str>, Inside<'a>), Ended> {
    let hello = connection.next().await?;
    let outlet = Arc::clone(&connection.outlet);
    let admitted = if hello.kind != Kind::Hello {
        Err(format!("the first frame is a `{}`, and has to be a `hello`", hello.kind))
    } else if hello.headers.get(VERSION_HEADER) != Some(VERSION) {
        let theirs = hello.headers.get(VERSION_HEADER).unwrap_or("none");
        Err(format!("the broker speaks version {VERSION} of the protocol, and the peer version {theirs}"))
    } else {
        broker.admit(&hello.name, Exit::Away(Arc::clone(&outlet)))
    };
    match admitted {
        Ok(member) => {
            connection.trust();
            let _read_on = outlet.send(&Frame::new(Kind::Welcome, hello.id));
            Ok((hello.name, Inside { broker, member }))
        }
        Err(why) => {
            let _it_may_be_gone = outlet.send(&Frame::new(Kind::Refused, hello.id).with_body(why.clone()));
            Err(Ended::Refused(why))
        }
    }
}
