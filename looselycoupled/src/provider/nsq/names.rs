//! What events, groups and processes are called at NSQ: the same, or nothing at all, so that never two are one there.

use crate::provider::{ProviderError, Subscription};

/// The longest name that NSQ has.
const LONGEST: usize = 64;

/// A channel that goes with the last one who hears it.
const FLEETING: &str = "#ephemeral";

/// What the channels of processes begin with, and none of a group may.
const PROCESS: &str = "process.";

/// Where a subscription is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ear {
    pub(super) topic: String,
    pub(super) channel: String,
}

impl Ear {
    pub(super) fn of(subscription: &Subscription, process: &str) -> Result<Self, ProviderError> {
        let Subscription { event, group, is_durable } = subscription;
        let end = if *is_durable { "" } else { FLEETING };
        let (what, name) = match group {
            Some(group) if group.starts_with(PROCESS) => {
                return Err(ProviderError::Setup(format!(
                    "the group `{group}` begins with `{PROCESS}`, as the channels of single processes at NSQ do; \
                     call it something else"
                )));
            }
            Some(group) => ("group", group.to_string()),
            None => ("process", format!("{PROCESS}{process}")),
        };
        Ok(Self { topic: topic(event)?, channel: checked(what, name, end)? })
    }
}

/// The topic of an event: its name.
pub(super) fn topic(event: &str) -> Result<String, ProviderError> {
    checked("event", event.to_owned(), "")
}

fn checked(what: &str, name: String, end: &str) -> Result<String, ProviderError> {
    let most = LONGEST - end.len();
    let is_fit = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    if name.is_empty() || name.len() > most || !name.chars().all(is_fit) {
        let shown = name.strip_prefix(PROCESS).filter(|_| what == "process").unwrap_or(&name);
        let most = most - (name.len() - shown.len());
        return Err(ProviderError::Setup(format!(
            "the {what} `{shown}` cannot be named at NSQ: there are at most {most} of the letters a to z, A to Z, \
             digits, `.`, `_` and `-`"
        )));
    }
    Ok(name + end)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn ear(subscription: &Subscription) -> Result<String, String> {
        let ear = Ear::of(subscription, "kitchen").map_err(|error| error.to_string())?;
        Ok(format!("{} {}", ear.topic, ear.channel))
    }

    #[test]
    fn names_stay_as_they_are_and_never_two_become_one() {
        let order = || Subscription::to("order.new");
        let all = [
            (order(), "order.new process.kitchen#ephemeral"),
            (order().durable(), "order.new process.kitchen"),
            (order().in_group("kitchen"), "order.new kitchen#ephemeral"),
            (order().in_group("kitchen").durable(), "order.new kitchen"),
        ];
        let found: BTreeSet<_> = all
            .iter()
            .map(|(subscription, expected)| {
                assert_eq!(ear(subscription).unwrap(), *expected);
                expected
            })
            .collect();
        assert_eq!(found.len(), all.len());
    }

    #[test]
    fn what_does_not_fit_is_refused_in_words() {
        for (subscription, why) in [
            (Subscription::to("größe"), "the event `größe` cannot be named at NSQ: there are at most 64"),
            (Subscription::to(&"x".repeat(65)), "the event `xxx"),
            (Subscription::to("order").in_group("a b"), "the group `a b` cannot"),
            (
                Subscription::to("order").in_group("process.kitchen"),
                "the group `process.kitchen` begins with",
            ),
        ] {
            assert!(ear(&subscription).unwrap_err().starts_with(why), "{subscription}");
        }
        let long = Ear::of(&Subscription::to("order"), &"p".repeat(47)).unwrap_err().to_string();
        assert!(long.starts_with("the process `ppp") && long.contains("at most 46"), "{long}");
        assert!(Ear::of(&Subscription::to("order").durable(), &"p".repeat(56)).is_ok());
    }
}
