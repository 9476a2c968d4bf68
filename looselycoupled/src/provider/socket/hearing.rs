//! Events that have come from the broker, on their way to those who hear them.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::mail::envelope;
use super::peer::Peer;
use super::uplink::Passing;
use crate::provider::wire::{Frame, Kind};
use crate::provider::{Delivery, Link};

/// After so long an event comes again for which a module was not ready.
const AGAIN: Duration = Duration::from_millis(500);

/// So many events wait while interceptors look at one.
const BACKLOG: usize = 1_024;

/// An event that is being looked at before anybody hears it.
pub(super) type Arriving = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Peer {
    /// An event with a number is acknowledged by it.
    pub(super) async fn hear(&self, frame: &Frame, link: &Link, arriving: &Sender<Arriving>) {
        let (link, uplink, id) = (link.clone(), self.uplink(), frame.id);
        match (envelope(frame), uplink) {
            (Ok(event), _) if id == 0 => {
                let hearing = async move {
                    link.event(event).await;
                };
                in_turn(Box::pin(hearing), arriving).await;
            }
            (Ok(event), Ok(uplink)) => {
                let (answering, uplink) = (self.answering(), uplink.downgrade());
                let hearing = async move {
                    let delivery = link.durable_event(event).await;
                    answering.spawn(acknowledge(delivery, uplink, id));
                };
                in_turn(Box::pin(hearing), arriving).await;
            }
            (Err(error), uplink) => {
                let event = &*frame.name;
                tracing::error!(target: "looselycoupled", event, "an event cannot be read, and is lost: {error}");
                // It would come again and again, and never be readable.
                let _gone = uplink.map(|uplink| uplink.send(Frame::new(Kind::Acknowledge, id)));
            }
            // It comes again when there is a connection.
            (Ok(_), Err(_)) => {}
        }
    }
}

/// Hands events on that have to wait, one after the other.
pub(super) fn hand_on() -> (Sender<Arriving>, AbortOnDrop) {
    let (sender, mut waiting) = channel::<Arriving>(BACKLOG);
    let handing_on = tokio::spawn(async move {
        while let Some(arriving) = waiting.recv().await {
            arriving.await;
        }
    });
    (sender, AbortOnDrop(handing_on))
}

pub(super) struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// At once if nothing waits before it.
async fn in_turn(mut hearing: Arriving, arriving: &Sender<Arriving>) {
    let is_first = arriving.capacity() == arriving.max_capacity();
    if is_first {
        let polled = std::future::poll_fn(|cx| Poll::Ready(hearing.as_mut().poll(cx))).await;
        if polled.is_ready() {
            return;
        }
    }
    // It ends with the connection only.
    let _ended = arriving.send(hearing).await;
}

/// Tells the broker when an event has been handled, or, after a while, that it is to come again. By the connection by which it came:
/// to others the number means nothing.
async fn acknowledge(delivery: Delivery, uplink: Passing, id: u64) {
    if delivery.handled().await {
        let _gone = uplink.send(Frame::new(Kind::Acknowledge, id));
        return;
    }
    // Apart: at the end nobody waits for this.
    tokio::spawn(async move {
        sleep(AGAIN).await;
        let _gone = uplink.send(Frame::new(Kind::Refused, id));
    });
}
