//! The process that hosts the broker.

use std::time::Duration;

use tokio::sync::mpsc::channel;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::access::Token;
use super::broker::{Broker, Exit};
use super::connection::{Connection, Ended, Reading};
use super::entrance::{Entrance, Stranger};
use super::keeper::Keeper;
use super::mail::{TOKEN, VERSION, VERSION_HEADER};
use super::peer::Peer;
use crate::provider::wire::{Frame, Kind};
use crate::provider::{Link, ProviderError};
use crate::sync::{Arc, Mutex};

/// How long a process may take to say who it is.
const GREETING: Duration = Duration::from_secs(5);

/// How long who has shown the wrong token waits for his answer.
const PENALTY: Duration = Duration::from_millis(500);

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
        (entrance, token): (Entrance, Option<Token>),
        keeper: Option<Arc<Keeper>>,
        peer: &Arc<Peer>,
        link: Link,
    ) -> Result<(), ProviderError> {
        let broker = Arc::new(Broker::new(keeper));
        let (exit, frames) = channel(ROOM);
        let member = broker.admit(link.process(), Exit::Here(exit)).map_err(ProviderError::Setup)?;
        Peer::attend(peer, (Arc::clone(&broker), member), frames, link);
        let listening = tokio::spawn(listen(entrance, token.map(Arc::new), Arc::clone(&broker)));
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
async fn listen(entrance: Entrance, token: Option<Arc<Token>>, broker: Arc<Broker>) {
    let mut members = JoinSet::new();
    let strangers = Arc::new(tokio::sync::Semaphore::new(STRANGERS));
    let mut again = tokio::time::interval(AGAIN);
    again.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            accepted = entrance.accept() => match accepted {
                Ok(stranger) => {
                    // Without a place it is dropped, and the other side tries again.
                    if let Ok(place) = Arc::clone(&strangers).try_acquire_owned() {
                        let (broker, token) = (Arc::clone(&broker), token.clone());
                        members.spawn(async move { receive((stranger, token), &broker, place).await });
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

async fn receive(
    (stranger, token): (Stranger, Option<Arc<Token>>),
    broker: &Arc<Broker>,
    place: tokio::sync::OwnedSemaphorePermit,
) {
    let greeting = timeout(GREETING, greet(stranger, token.as_deref(), broker)).await;
    drop(place);
    let (connection, process, guard) = match greeting {
        Ok(Ok(greeted)) => greeted,
        Ok(Err(ended)) => {
            return tracing::warn!(target: "looselycoupled", "a stranger to the broker: {ended}");
        }
        Err(_) => {
            return tracing::warn!(target: "looselycoupled", "a stranger to the broker did not say who it is");
        }
    };
    let outlet = Arc::clone(&connection.outlet);
    let mut reading = Reading::of(connection);
    let ended = loop {
        match reading.frame().await {
            // Its last frame: who waits for the connection to end knows that nothing is on its way to it any more.
            Ok(frame) if frame.kind == Kind::Goodbye => {
                return tracing::debug!(target: "looselycoupled", %process, "it has gone");
            }
            Ok(frame) => broker.take(guard.member, frame),
            Err(ended) => break ended,
        }
    };
    // From now on nothing more is sent to it.
    drop(reading);
    match (ended, outlet.lost()) {
        (Ended::Closed, 0) => tracing::debug!(target: "looselycoupled", %process, "{}", Ended::Closed),
        (ended, 0) => tracing::warn!(target: "looselycoupled", %process, "cut off: {ended}"),
        (ended, lost) => {
            tracing::warn!(target: "looselycoupled", %process, lost, "events were on their way to it, and are lost: {ended}");
        }
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
async fn greet<'a>(
    stranger: Stranger,
    token: Option<&Token>,
    broker: &'a Broker,
) -> Result<(Connection, Box<str>, Inside<'a>), Ended> {
    let mut connection = Connection::new(stranger.stream().await?);
    let hello = connection.next().await?;
    let outlet = Arc::clone(&connection.outlet);
    let admitted = if hello.kind != Kind::Hello {
        Err(format!("the first frame is a `{}`, and has to be a `hello`", hello.kind))
    } else if hello.headers.get(VERSION_HEADER) != Some(VERSION) {
        let theirs = hello.headers.get(VERSION_HEADER).unwrap_or("none");
        Err(format!("the broker speaks version {VERSION} of the protocol, and the peer version {theirs}"))
    } else if !may_come_in(token, &hello) {
        // Who guesses has a place for strangers meanwhile, of which there are few.
        sleep(PENALTY).await;
        Err("the token is not the broker's".to_owned())
    } else {
        broker.admit(&hello.name, Exit::Away(Arc::clone(&outlet)))
    };
    match admitted {
        Ok(member) => {
            connection.trust();
            let inside = Inside { broker, member };
            let _read_on = outlet.send(&Frame::new(Kind::Welcome, hello.id));
            connection.leave().await?;
            Ok((connection, hello.name, inside))
        }
        Err(why) => {
            let _it_may_be_gone = outlet.send(&Frame::new(Kind::Refused, hello.id).with_body(why.clone()));
            connection.leave().await?;
            Err(Ended::Refused(why))
        }
    }
}

/// At a port it takes the token; at a file, to be of the same user.
fn may_come_in(token: Option<&Token>, hello: &Frame) -> bool {
    token.is_none_or(|token| hello.headers.get(TOKEN).is_some_and(|given| token.is(given)))
}
