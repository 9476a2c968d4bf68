//! Where events lie at brokers, which differ in that.

use fe2o3_amqp::types::messaging::{Source, Target, TerminusDurability, TerminusExpiryPolicy};
use fe2o3_amqp::types::primitives::Symbol;

use super::ended::Ended;
use super::topology::Queue;
use crate::provider::queue_name::{encoded, queue_name, within_bounds};
use crate::provider::{ProviderError, Subscription};

/// That each of those who listen hears everything.
const TOPIC: &str = "topic";

/// Where events lie at a broker.
///
/// AMQP 1.0 does not say what an address means; brokers do. An event's name goes along as it is but for letters that may mean something there, which
/// become `~` and two hexadecimal digits for each byte; in the names of groups and processes everything but letters, digits, `_` and `-` does. So no
/// two names lie at the same place, and a name that would take more than 255 bytes is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AmqpAddresses {
    /// As ActiveMQ Artemis has it, and `aspyx_event` 0.9.3: events are sent to the address `EVENT`, and heard there, or from one of its queues: groups and
    /// durable subscriptions have `EVENT::lc.group.EVENT.GROUP` and `EVENT::lc.process.EVENT.PROCESS`, with `?durable=true` where they are. A listener of
    /// `aspyx_event` whose name is that of such a queue takes turns with the group.
    #[default]
    Artemis,
    /// As RabbitMQ has it up to version 3, and in version 4 where its first address format is permitted: events go to the exchange `amq.topic`, and every
    /// subscription has a queue, `lc.group.EVENT.GROUP` or `lc.process.EVENT.PROCESS`, those that are not durable with `passing.` after `lc.`. By AMQP 1.0 nobody can make
    /// one there that goes again, so they are declared over AMQP 0.9.1, at the same port and as the same user. What processes send that come
    /// by STOMP is heard, without its headers; the other way it is not, since version 3 puts the headers of AMQP 1.0 into frames of STOMP as bytes that are
    /// none of those: an event should go by one of the two.
    RabbitMq,
}

impl AmqpAddresses {
    /// By the word that a file has for it.
    pub(crate) const NAMES: [(&'static str, Self); 2] =
        [("artemis", Self::Artemis), ("rabbitmq", Self::RabbitMq)];

    /// That a broker of this name has no other addresses than these, as far as it is known.
    pub(super) fn check(self, product: &str) -> Result<(), Ended> {
        let (others, broker) = match (self, product) {
            (Self::Artemis, "RabbitMQ") => (Self::RabbitMq, "RabbitMQ"),
            (Self::RabbitMq, "apache-activemq-artemis") => (Self::Artemis, "ActiveMQ Artemis"),
            _ => return Ok(()),
        };
        let word = Self::NAMES.iter().find(|(_, named)| *named == others).map_or("", |(word, _)| word);
        Err(Ended::Refused(format!(
            "the broker is {broker}, which has other addresses than these; write `addresses: {word}`, or `.addresses(AmqpAddresses::{others:?})`"
        )))
    }

    /// Where an event is sent to.
    pub(super) fn of_event(self, event: &str) -> Result<String, ProviderError> {
        let written = encoded(event, true);
        let address = match self {
            Self::Artemis => written,
            Self::RabbitMq => format!("/topic/{written}"),
        };
        within_bounds(address, event)
    }

    pub(super) fn target(self, address: &str) -> Target {
        let target = Target::builder().address(address);
        match self {
            Self::Artemis => target.capabilities(vec![Symbol::from(TOPIC)]).build(),
            Self::RabbitMq => target.build(),
        }
    }

    /// Where a subscription is heard, by the process of this name. What is `passing` tells one connection of it from the next one.
    pub(super) fn place(
        self,
        subscription: &Subscription,
        process: &str,
        passing: &str,
    ) -> Result<(Source, Option<Queue>), ProviderError> {
        let Subscription { event, group, is_durable } = subscription;
        let is_passing = group.is_none() && !is_durable;
        let written = self.of_event(event)?;
        match self {
            Self::Artemis if is_passing => {
                let source = Source::builder().address(written);
                Ok((source.capabilities(vec![Symbol::from(TOPIC)]).build(), None))
            }
            Self::Artemis => {
                let queue = queue_name(subscription, process)?;
                let end = if *is_durable { "?durable=true" } else { "" };
                let source = Source::builder().address(format!("{written}::{queue}{end}"));
                let source = match is_durable {
                    true => source
                        .durable(TerminusDurability::UnsettledState)
                        .expiry_policy(TerminusExpiryPolicy::Never),
                    false => source,
                };
                Ok((source.build(), None))
            }
            Self::RabbitMq => {
                let name = queue_name(subscription, process)?;
                let name = if is_passing { within_bounds(format!("{name}.{passing}"), event)? } else { name };
                let source = Source::builder().address(format!("/amq/queue/{name}")).build();
                let queue = Queue { name, key: encoded(event, true), is_durable: *is_durable };
                Ok((source, Some(queue)))
            }
        }
    }

    /// Whether a message has been with somebody before, as far as the broker says so.
    pub(super) fn is_redelivered(self, header: &fe2o3_amqp::types::messaging::Header) -> bool {
        match self {
            Self::Artemis => header.delivery_count > 0,
            // It counts no deliveries.
            Self::RabbitMq => !header.first_acquirer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(addresses: AmqpAddresses, subscription: &Subscription) -> String {
        let (source, _) = addresses.place(subscription, "kitchen.1", "7").unwrap();
        source.address.unwrap()
    }

    #[test]
    fn at_artemis_groups_and_processes_have_queues_of_the_address() {
        let address = |subscription| address(AmqpAddresses::Artemis, &subscription);
        let order = || Subscription::to("order.paid");
        assert_eq!(address(order()), "order.paid");
        assert_eq!(address(order().in_group("clerks")), "order.paid::lc.passing.group.order.paid.clerks");
        let durable = "order.paid::lc.group.order.paid.clerks?durable=true";
        assert_eq!(address(order().in_group("clerks").durable()), durable);
        let durable = "order.paid::lc.process.order.paid.kitchen~2e1?durable=true";
        assert_eq!(address(order().durable()), durable);
        // Neither ends the address, nor asks for anything.
        assert_eq!(
            AmqpAddresses::Artemis.of_event("a::b?durable=true").unwrap(),
            "a~3a~3ab~3fdurable~3dtrue"
        );
    }

    #[test]
    fn at_rabbitmq_every_subscription_has_a_queue_that_is_bound() {
        let rabbit = AmqpAddresses::RabbitMq;
        let order = || Subscription::to("order.paid");
        assert_eq!(rabbit.of_event("order.paid").unwrap(), "/topic/order.paid");
        assert_eq!(address(rabbit, &order()), "/amq/queue/lc.passing.process.order.paid.kitchen~2e1.7");
        let group = order().in_group("clerks").durable();
        assert_eq!(address(rabbit, &group), "/amq/queue/lc.group.order.paid.clerks");
        let (_, queue) = rabbit.place(&group, "kitchen", "7").unwrap();
        let queue = queue.unwrap();
        assert_eq!((&*queue.name, &*queue.key), ("lc.group.order.paid.clerks", "order.paid"));
        assert!(queue.is_durable);
    }
}
