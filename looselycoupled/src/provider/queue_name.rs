//! What events and subscriptions are called at brokers: no two of them the same, and nothing that means something there.

use std::fmt::Write;

use super::{ProviderError, Subscription};

/// What names at brokers have at most.
const LONGEST: usize = 255;

/// The queue of a subscription that is durable or for a group: `lc.group.EVENT.GROUP` or `lc.process.EVENT.PROCESS`; `lc.passing.…` if it
/// is not durable.
pub(super) fn queue_name(subscription: &Subscription, process: &str) -> Result<String, ProviderError> {
    let Subscription { event, group, is_durable } = subscription;
    let (kind, whose) = group.as_deref().map_or(("process", process), |group| ("group", group));
    let mark = if *is_durable { "" } else { "passing." };
    let (written, whose) = (encoded(event, true), encoded(whose, false));
    within_bounds(format!("lc.{mark}{kind}.{written}.{whose}"), event)
}

/// Letters, digits, `_` and `-` as they are, and `.` where a name has segments; of all else each byte is `~` and two hexadecimal digits.
pub(super) fn encoded(name: &str, has_segments: bool) -> String {
    name.bytes().fold(String::new(), |mut written, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (byte == b'.' && has_segments) {
            written.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _written = write!(written, "~{byte:02x}");
        }
        written
    })
}

/// Refuses a name that is too long, rather than that it is cut.
pub(super) fn within_bounds(name: String, event: &str) -> Result<String, ProviderError> {
    if name.len() > LONGEST {
        let length = name.len();
        return Err(ProviderError::Setup(format!(
            "what `{event}` is called at the broker takes {length} bytes, and at most {LONGEST} are allowed"
        )));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_processes_have_queues_of_their_own() {
        let name = |subscription: Subscription| queue_name(&subscription, "kitchen.1").unwrap();
        let order = || Subscription::to("order.paid");
        assert_eq!(name(order().durable()), "lc.process.order.paid.kitchen~2e1");
        assert_eq!(name(order().in_group("a b").durable()), "lc.group.order.paid.a~20b");
        assert_eq!(name(order().in_group("a")), "lc.passing.group.order.paid.a");
        assert_eq!(name(order()), "lc.passing.process.order.paid.kitchen~2e1");
        let long = Subscription::to(&"ä".repeat(50));
        assert!(queue_name(&long, "kitchen").unwrap_err().to_string().contains("at most 255 are allowed"));
    }
}
