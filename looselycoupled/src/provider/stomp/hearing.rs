//! Events that have come from the broker, on their way to those who hear them.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use super::addresses::StompAddresses;
use super::frames::Frame;
use super::mail;
use super::outlet::Outlet;
use crate::address::quoted;
use crate::provider::envelope::REDELIVERED;
use crate::provider::{Delivery, Envelope, Link, Subscription};
use crate::sync::Weak;

/// After so long an event comes again for which a module was not ready.
const AGAIN: Duration = Duration::from_millis(500);

/// An event that has come.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) frame: Frame,
    pub(super) subscription: Subscription,
    /// Why it cannot be read.
    pub(super) fault: Option<&'static str>,
}

/// What it takes to hand events on that have come by one connection.
#[derive(Clone)]
pub(super) struct Hearing {
    pub(super) link: Link,
    /// That of the connection: by others an acknowledgement means nothing.
    pub(super) outlet: Weak<Outlet>,
    pub(super) addresses: StompAddresses,
    pub(super) answering: TaskTracker,
}

impl Hearing {
    /// One after the other, until the connection ends.
    pub(super) async fn hear_all(&self, mut arrived: mpsc::Receiver<Arrived>) {
        while let Some(arrived) = arrived.recv().await {
            self.hear(arrived).await;
        }
    }

    async fn hear(&self, Arrived { frame, subscription, fault }: Arrived) {
        let ack = frame.get("ack").filter(|_| subscription.is_durable).map(str::to_owned);
        let event = match fault {
            None => mail::read(&frame, &subscription),
            Some(fault) => Err(fault.into()),
        };
        match (event, ack) {
            (Ok(event), Some(ack)) => {
                let delivery = self.link.durable_event(event.clone()).await;
                self.answering.spawn(self.clone().acknowledge(delivery, event, ack));
            }
            (Ok(event), None) => {
                self.link.event(event).await;
            }
            (Err(error), ack) => {
                self.link.tell_unreadable(&quoted(&subscription.event), &error);
                // It would come again and again, and never be readable.
                ack.iter().for_each(|ack| self.tell("ACK", ack));
            }
        }
    }

    fn tell(&self, command: &str, ack: &str) {
        // Without a connection the broker brings it again.
        let _gone =
            self.outlet.upgrade().map(|outlet| outlet.send(Frame::new(command).with("id", ack).written()));
    }

    /// Tells the broker when an event has been handled. What has not been comes again after a while, by the broker if it does that.
    async fn acknowledge(self, mut delivery: Delivery, event: Envelope, ack: String) {
        loop {
            if delivery.handled().await {
                return self.tell("ACK", &ack);
            }
            if self.answering.is_closed() {
                return;
            }
            sleep(AGAIN).await;
            if self.addresses.brings_again() {
                return self.tell("NACK", &ack);
            }
            if self.outlet.upgrade().is_none() {
                return;
            }
            let again = Envelope { headers: event.headers.clone().with(REDELIVERED, "yes"), ..event.clone() };
            delivery = self.link.durable_event(again).await;
        }
    }
}
