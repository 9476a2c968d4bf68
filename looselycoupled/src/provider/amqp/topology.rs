//! The queues of RabbitMQ.
//!
//! Over AMQP 1.0 its version 3 lets nobody bind a queue, and what it makes by itself for who listens to a topic stays for ever, and fills.
//! Over AMQP 0.9.1, which it speaks at the same port, queues are what they are to be.

use amqprs::callbacks::ChannelCallback;
use amqprs::channel::{Channel, QueueBindArguments, QueueDeclareArguments};
use amqprs::connection::{Connection, OpenConnectionArguments};
use amqprs::{Ack, BasicProperties, Cancel, CloseChannel, Nack, Return};
use tokio::time::timeout;

use super::ended::Ended;
use super::visit::PATIENCE;
use crate::provider::place::{Access, Credentials, Place};
use crate::sync::{Arc, OnceLock};

/// Where every event goes.
const EXCHANGE: &str = "amq.topic";

/// A queue that there is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Queue {
    pub(super) name: String,
    /// Whose events it has.
    pub(super) key: String,
    pub(super) is_durable: bool,
}

/// Has the broker make those that are not there.
pub(super) async fn declare(
    place: &Place,
    access: &Access,
    credentials: &Credentials,
    queues: Vec<Queue>,
) -> Result<(), Ended> {
    let (host, port) = place.address();
    // Those who do not say who they are come as the user that RabbitMQ begins with, over AMQP 1.0 as well.
    let user = credentials.user.as_deref().unwrap_or("guest");
    let password = credentials.password.as_deref().unwrap_or(user);
    let mut arguments = OpenConnectionArguments::new(host, port, user, password);
    if let Some(virtual_host) = &access.virtual_host {
        arguments.virtual_host(virtual_host);
    }
    // Dropped in the middle, the crate would leave its connection open.
    let declaring = tokio::spawn(async move {
        let refusal = Refusal::default();
        let declared = timeout(PATIENCE, declare_all(&arguments, &queues, refusal.clone())).await;
        match (declared, refusal.0.get()) {
            (Ok(Ok(())), _) => Ok(()),
            (Ok(Err(_)), Some(said)) => Err(Ended::says(&format!("{said} (while its queues were declared)"))),
            (Ok(Err(error)), None) => Err(Ended::says(&format!("{error} (while its queues were declared)"))),
            (Err(_), _) => Err(Ended::Silent(PATIENCE)),
        }
    });
    declaring.await.unwrap_or(Err(Ended::Closed))
}

async fn declare_all(
    arguments: &OpenConnectionArguments,
    queues: &[Queue],
    refusal: Refusal,
) -> Result<(), amqprs::error::Error> {
    let connection = Connection::open(arguments).await?;
    let declared = declare_by(&connection, queues, refusal).await;
    let closed = connection.close().await;
    declared.and(closed)
}

async fn declare_by(
    connection: &Connection,
    queues: &[Queue],
    refusal: Refusal,
) -> Result<(), amqprs::error::Error> {
    let channel = connection.open_channel(None).await?;
    channel.register_callback(refusal).await?;
    for Queue { name, key, is_durable } in queues {
        let arguments = match is_durable {
            true => QueueDeclareArguments::durable_client_named(name),
            false => QueueDeclareArguments::transient_autodelete(name),
        };
        // As others at this broker make them who come by STOMP.
        channel.queue_declare(arguments).await?;
        channel.queue_bind(QueueBindArguments::new(name, EXCHANGE, key)).await?;
    }
    channel.close().await
}

/// What the broker has said as it refused something.
#[derive(Debug, Clone, Default)]
struct Refusal(Arc<OnceLock<String>>);

#[async_trait::async_trait]
impl ChannelCallback for Refusal {
    async fn close(&mut self, _: &Channel, close: CloseChannel) -> Result<(), amqprs::error::Error> {
        // The first one counts.
        let _again = self.0.set(close.reply_text().clone());
        Ok(())
    }

    async fn cancel(&mut self, _: &Channel, _: Cancel) -> Result<(), amqprs::error::Error> {
        Ok(())
    }

    async fn flow(&mut self, _: &Channel, _: bool) -> Result<bool, amqprs::error::Error> {
        Ok(true)
    }

    async fn publish_ack(&mut self, _: &Channel, _: Ack) {}

    async fn publish_nack(&mut self, _: &Channel, _: Nack) {}

    async fn publish_return(&mut self, _: &Channel, _: Return, _: BasicProperties, _: Vec<u8>) {}
}
