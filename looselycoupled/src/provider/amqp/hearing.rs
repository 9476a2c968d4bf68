//! Events that come from the broker, on their way to those who hear them.

use std::time::Duration;

use fe2o3_amqp::link::ReceiverAttachError;
use fe2o3_amqp::link::RecvError;
use fe2o3_amqp::link::delivery::DeliveryInfo;
use fe2o3_amqp::link::receiver::{CreditMode, ReceiverDisposer};
use fe2o3_amqp::types::definitions::SenderSettleMode;
use fe2o3_amqp::types::messaging::{Body, Source};
use fe2o3_amqp::types::primitives::Value;
use fe2o3_amqp::{Delivery as Transfer, Receiver};
use tokio::sync::oneshot;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use super::addresses::AmqpAddresses;
use super::ended::Ended;
use super::mail;
use super::visit::Session;
use crate::address::quoted;
use crate::provider::{Delivery, Link, Subscription};

/// How many durable events of one subscription are with a process at a time.
const AT_A_TIME: u32 = 64;

/// So many others come before the broker is told that there is room for more.
const PASSING: u32 = 256;

/// After so long an event comes again for which a module was not ready.
const AGAIN: Duration = Duration::from_millis(500);

/// What it takes to hand events on that come because of one subscription.
#[derive(Clone)]
pub(super) struct Hearing {
    pub(super) link: Link,
    pub(super) subscription: Subscription,
    pub(super) addresses: AmqpAddresses,
    pub(super) answering: TaskTracker,
}

impl Hearing {
    /// Ready when events come.
    pub(super) async fn attach(
        &self,
        session: &Session,
        source: Source,
        name: String,
    ) -> Result<Receiver, Ended> {
        let builder = Receiver::builder().name(name).source(source).auto_accept(false);
        let builder = match self.subscription.is_durable {
            true => builder
                .sender_settle_mode(SenderSettleMode::Unsettled)
                .credit_mode(CreditMode::Auto(AT_A_TIME)),
            // The crate gives no new credit for what is settled already.
            false => builder.sender_settle_mode(SenderSettleMode::Settled).credit_mode(CreditMode::Manual),
        };
        let attached = builder.attach(&mut *session.lock().await).await;
        attached.map_err(|error| match &error {
            ReceiverAttachError::SessionStopped(reason) => reason.into(),
            ReceiverAttachError::RemoteClosedWithError(condition) => Ended::stated(condition),
            error => Ended::because(error),
        })
    }

    /// One after the other, until it is told to end, or the broker ends it.
    pub(super) async fn hear_all(
        self,
        mut receiver: Receiver,
        mut until: oneshot::Receiver<()>,
    ) -> Result<(), Ended> {
        let disposer = receiver.disposer();
        let mut credit = 0;
        loop {
            if !self.subscription.is_durable {
                if credit <= PASSING / 2 {
                    credit = PASSING;
                    receiver.set_credit(credit).await.map_err(|_| Ended::Closed)?;
                }
                credit -= 1;
            }
            let received = tokio::select! {
                received = receiver.recv::<Body<Value>>() => received,
                _told = &mut until => {
                    // RabbitMQ answers in a way that the protocol does not have.
                    let _wrongly = receiver.close().await;
                    return Ok(());
                }
            };
            match received {
                Ok(transfer) => self.hear(transfer, &disposer).await,
                Err(RecvError::MessageDecode(error)) => {
                    self.refuse(&error.source, error.info, &disposer).await;
                }
                Err(RecvError::LinkStateError(error)) => return Err((&error).into()),
                Err(error) => return Err(Ended::because(&error)),
            }
        }
    }

    async fn hear(&self, transfer: Transfer<Body<Value>>, disposer: &ReceiverDisposer) {
        let (info, message) = transfer.into_parts();
        match mail::read(message, self.addresses, &self.subscription) {
            Ok(event) if self.subscription.is_durable => {
                let delivery = self.link.durable_event(event).await;
                let closing = self.answering.clone();
                self.answering.spawn(acknowledge(delivery, info, disposer.clone(), closing));
            }
            Ok(event) => {
                self.link.event(event).await;
            }
            Err(error) => self.refuse(&error.to_string(), info, disposer).await,
        }
    }

    async fn refuse(
        &self,
        error: &(dyn std::fmt::Display + Sync),
        info: DeliveryInfo,
        disposer: &ReceiverDisposer,
    ) {
        self.link.tell_unreadable(&quoted(&self.subscription.event), error);
        if self.subscription.is_durable {
            // It would come again and again, and never be readable.
            let _without_a_connection = disposer.accept(info).await;
        }
    }
}

/// Tells the broker when an event has been handled. What has not been is given back after a while. Without a connection it comes again anyway.
async fn acknowledge(
    delivery: Delivery,
    info: DeliveryInfo,
    disposer: ReceiverDisposer,
    answering: TaskTracker,
) {
    if delivery.handled().await {
        let _gone = disposer.accept(info).await;
        return;
    }
    if answering.is_closed() {
        return;
    }
    sleep(AGAIN).await;
    let _gone = disposer.release(info).await;
}
