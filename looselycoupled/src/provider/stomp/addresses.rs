//! Where events lie at brokers, which differ in that.

use super::frames::Frame;
use crate::provider::queue_name::{encoded, queue_name, within_bounds};
use crate::provider::{Capabilities, Capability, ProviderError, Subscription};

/// How many durable events of one subscription are with a process at a time.
const AT_A_TIME: &str = "64";

/// Where events lie at a broker.
///
/// STOMP does not say what a destination means; brokers do. An event's name goes along as it is but for letters beyond ASCII, which become `~` and
/// two hexadecimal digits for each byte; in the names of groups and processes everything but letters, digits, `_` and `-` does. So no
/// two names lie at the same place, and a name that would take more than 255 bytes is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum StompAddresses {
    /// As `aspyx_event` 0.9.3 does: `/queue/EVENT`. Each event comes to one process, whoever that is, and stays at the broker until somebody comes. There are
    /// neither groups nor durable events; who [only sends](super::Stomp::only_sends) says so, since otherwise its own events come to itself, and are lost.
    Queue,
    /// As RabbitMQ has it: `/topic/EVENT`, which is the exchange `amq.topic`. Groups and durable subscriptions have queues, `lc.group.EVENT.GROUP`
    /// and `lc.process.EVENT.PROCESS`.
    #[default]
    RabbitMq,
    /// As ActiveMQ has it: the virtual topic `VirtualTopic.EVENT`. Groups and durable subscriptions have queues,
    /// `Consumer.group-GROUP.VirtualTopic.EVENT` and `Consumer.process-PROCESS.VirtualTopic.EVENT`. What a group does not hear since none of it is there waits
    /// for it, whether it is durable or not.
    ActiveMq,
}

impl StompAddresses {
    /// By the word that a file has for it.
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("queue", Self::Queue), ("rabbitmq", Self::RabbitMq), ("activemq", Self::ActiveMq)];

    pub(super) const fn capabilities(self) -> Capabilities {
        let all = Capabilities::NONE.with(Capability::Headers).with(Capability::Order);
        match self {
            Self::Queue => all,
            Self::RabbitMq | Self::ActiveMq => all.with(Capability::Groups).with(Capability::Durable),
        }
    }

    /// That a broker that calls itself so has no other addresses than these, as far as it is known; otherwise what is wrong.
    pub(super) fn check(self, server: &str) -> Result<(), String> {
        let broker = server.split(['/', ' ']).next().unwrap_or_default();
        let others = match (self, broker) {
            (Self::RabbitMq, "ActiveMQ") => Self::ActiveMq,
            (Self::ActiveMq, "RabbitMQ") => Self::RabbitMq,
            _ => return Ok(()),
        };
        let word = Self::NAMES.iter().find(|(_, named)| *named == others).map_or("", |(word, _)| word);
        Err(format!(
            "the broker is {broker}, which has other addresses than these; write `addresses: {word}`, or `.addresses(StompAddresses::{others:?})`"
        ))
    }

    /// Where an event is sent to.
    pub(super) fn of_event(self, event: &str) -> Result<String, ProviderError> {
        let written = encoded(event, true);
        let destination = match self {
            Self::Queue => format!("/queue/{written}"),
            Self::RabbitMq => format!("/topic/{written}"),
            Self::ActiveMq => format!("/topic/VirtualTopic.{written}"),
        };
        within_bounds(destination, event)
    }

    /// What asks for a subscription, under an id.
    pub(super) fn subscribe(
        self,
        subscription: &Subscription,
        process: &str,
        id: &str,
    ) -> Result<Frame, ProviderError> {
        let Subscription { event, group, is_durable } = subscription;
        let queue = match (group, is_durable) {
            (Some(group), _) => Some(("group", &**group)),
            (None, true) => Some(("process", process)),
            (None, false) => None,
        };
        let frame = Frame::new("SUBSCRIBE").with("id", id);
        let frame = match is_durable {
            true => frame.with("ack", "client-individual"),
            false => frame.with("ack", "auto"),
        };
        let destination = match (self, queue) {
            (Self::ActiveMq, Some((kind, whose))) => {
                let (whose, written) = (encoded(whose, false), encoded(event, true));
                within_bounds(format!("/queue/Consumer.{kind}-{whose}.VirtualTopic.{written}"), event)?
            }
            _ => self.of_event(event)?,
        };
        let frame = frame.with("destination", &destination);
        Ok(match (self, queue) {
            (Self::RabbitMq, Some(_)) => {
                let frame = frame.with("x-queue-name", &queue_name(subscription, process)?);
                let (durable, deletes) = if *is_durable { ("true", "false") } else { ("false", "true") };
                let frame =
                    frame.with("durable", durable).with("auto-delete", deletes).with("exclusive", "false");
                if *is_durable { frame.with("prefetch-count", AT_A_TIME) } else { frame }
            }
            (Self::ActiveMq, _) if *is_durable => frame.with("activemq.prefetchSize", AT_A_TIME),
            _ => frame,
        })
    }

    /// Whether a broker brings again what it is told was not handled. ActiveMQ takes it for poison at once, and puts it aside.
    pub(super) const fn brings_again(self) -> bool {
        matches!(self, Self::RabbitMq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [StompAddresses; 3] =
        [StompAddresses::Queue, StompAddresses::RabbitMq, StompAddresses::ActiveMq];

    #[test]
    fn no_two_names_lie_at_the_same_place_and_none_means_something_to_a_broker() {
        let names = [
            "a", "a.b", "a~2eb", "a*b", "a~2ab", "a#", "a/b", "a%2Fb", "a b", "ä", "~c3~a4", "a,b", "a>b",
            "a?b", "A",
        ];
        for addresses in ALL {
            let mut places: Vec<_> = names.iter().map(|name| addresses.of_event(name).unwrap()).collect();
            for place in &places {
                let rest = place.rsplit('/').next().unwrap();
                assert!(
                    rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-~".contains(&byte)),
                    "{place}"
                );
            }
            places.sort();
            places.dedup();
            assert_eq!(places.len(), names.len());
        }
        assert_eq!(StompAddresses::RabbitMq.of_event("door.opened").unwrap(), "/topic/door.opened");
        assert_eq!(
            StompAddresses::ActiveMq.of_event("größe").unwrap(),
            "/topic/VirtualTopic.gr~c3~b6~c3~9fe"
        );
    }

    #[test]
    fn groups_and_processes_have_queues_of_their_own() {
        let order = || Subscription::to("order.paid");
        let header = |addresses: StompAddresses, subscription: Subscription, name: &str| {
            let frame = addresses.subscribe(&subscription, "kitchen.1", "7").unwrap();
            frame.get(name).unwrap_or_default().to_owned()
        };
        let rabbit = |subscription, name| header(StompAddresses::RabbitMq, subscription, name);
        assert_eq!(rabbit(order(), "x-queue-name"), "");
        assert_eq!(rabbit(order().durable(), "x-queue-name"), "lc.process.order.paid.kitchen~2e1");
        assert_eq!(rabbit(order().in_group("a b").durable(), "x-queue-name"), "lc.group.order.paid.a~20b");
        assert_eq!(rabbit(order().in_group("a"), "x-queue-name"), "lc.passing.group.order.paid.a");
        assert_eq!(rabbit(order().in_group("a").durable(), "ack"), "client-individual");
        let active = |subscription, name| header(StompAddresses::ActiveMq, subscription, name);
        assert_eq!(active(order(), "destination"), "/topic/VirtualTopic.order.paid");
        let durable = "/queue/Consumer.process-kitchen~2e1.VirtualTopic.order.paid";
        assert_eq!(active(order().durable(), "destination"), durable);
        let group = "/queue/Consumer.group-a~2eb.VirtualTopic.order.paid";
        assert_eq!(active(order().in_group("a.b"), "destination"), group);
    }

    #[test]
    fn what_takes_too_much_is_refused_rather_than_cut() {
        let error = StompAddresses::RabbitMq.of_event(&"ä".repeat(50)).unwrap_err().to_string();
        assert!(error.contains("takes 307 bytes, and at most 255 are allowed"), "{error}");
    }
}
