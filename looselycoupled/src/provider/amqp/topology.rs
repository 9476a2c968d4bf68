//! The queues of RabbitMQ.
//!
//! Over AMQP 1.0 its version 3 lets nobody bind a queue, and what it makes by itself for who listens to a topic stays for ever, and fills.
//! Over AMQP 0.9.1, which it speaks at the same port, queues are what they are to be.

use amqprs::channel::{QueueBindArguments, QueueDeclareArguments};
use amqprs::connection::{Connection, OpenConnectionArguments};

use super::ended::Ended;
use crate::provider::place::{Access, Credentials, Place};

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
    queues: &[Queue],
) -> Result<(), Ended> {
    let (host, port) = place.address();
    // Those who do not say who they are come as the user that RabbitMQ begins with, over AMQP 1.0 as well.
    let user = credentials.user.as_deref().unwrap_or("guest");
    let password = credentials.password.as_deref().unwrap_or(user);
    let mut arguments = OpenConnectionArguments::new(host, port, user, password);
    if let Some(virtual_host) = &access.virtual_host {
        arguments.virtual_host(virtual_host);
    }
    let refused =
        |error: amqprs::error::Error| Ended::says(&format!("{error} (while its queues were declared)"));
    let connection = Connection::open(&arguments).await.map_err(refused)?;
    let channel = connection.open_channel(None).await.map_err(refused)?;
    for Queue { name, key, is_durable } in queues {
        let arguments = match is_durable {
            true => QueueDeclareArguments::durable_client_named(name),
            false => QueueDeclareArguments::transient_autodelete(name),
        };
        // As others at this broker make them who come by STOMP.
        channel.queue_declare(arguments).await.map_err(refused)?;
        let binding = QueueBindArguments::new(name, EXCHANGE, key);
        channel.queue_bind(binding).await.map_err(refused)?;
    }
    channel.close().await.map_err(refused)?;
    connection.close().await.map_err(refused)
}
