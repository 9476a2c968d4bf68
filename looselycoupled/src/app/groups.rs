//! Which handlers take turns with those of other processes.

use std::collections::HashMap;

use super::code::FaultCode;
use super::faults::Faults;
use super::plan::Planned;
use super::routes::Checked;
use crate::address::EventPattern;
use crate::module::{HandlerInfo, SubscriptionInfo};
use crate::provider::{EventRoute, Subscription};
use crate::registry::listed_events;
use crate::sync::Arc;

/// The groups of handlers, by their modules and places there.
pub(super) type Groups = HashMap<(Arc<str>, usize), Arc<str>>;

/// Finds the handlers that take turns, and has the routes of their events subscribe for their groups. An event that goes nowhere
/// else is heard by all of them.
pub(super) fn find_groups(planned: &[Planned], outside: &mut Checked, faults: &mut Faults) -> Groups {
    let mut groups = Groups::new();
    if outside.routes.events.is_empty() {
        return groups;
    }
    let types = listed_events();
    let is_broadcast = |handler: &HandlerInfo| match handler.subscription {
        SubscriptionInfo::Typed(known) => known.info.broadcast,
        SubscriptionInfo::Named { event, .. } => {
            types.iter().find(|known| known.info.name == event).is_none_or(|known| known.info.broadcast)
        }
        SubscriptionInfo::Pattern(_) => true,
    };
    for instance in planned {
        for handler in instance.descriptor.handlers {
            let info = &handler.info;
            let Some(group) = info.listener.group(&instance.name, info.method, is_broadcast(info)) else {
                continue;
            };
            // One that is none has been told already.
            let Ok(heard) = info.subscription.pattern().parse::<EventPattern>() else { continue };
            let address = format!("{}.{}", instance.name, info.method);
            let mut is_routed = false;
            for route in &mut outside.routes.events {
                match shared(&heard, &route.pattern) {
                    Shared::Nothing => continue,
                    Shared::Events(event) => subscribe(route, &event, &group),
                    Shared::Unknown => faults.add(FaultCode::Route, || {
                        format!(
                            "the handler `{address}` hears `{heard}` in the group `{group}`, and a route names `{}`; let one of \
                             them be a name, or both the same pattern",
                            route.pattern
                        )
                    }),
                }
                is_routed = true;
            }
            if is_routed {
                groups.insert((Arc::clone(&instance.name), info.index), group.into());
            }
        }
    }
    groups
}

fn subscribe(route: &mut EventRoute, event: &str, group: &str) {
    let subscription = Subscription::to(event).in_group(group);
    let subscription = if route.subscription.is_durable { subscription.durable() } else { subscription };
    let is_known = subscription == route.subscription || route.groups.contains(&subscription);
    if !is_known {
        route.groups.push(subscription);
    }
}

/// Which events a handler and a route have in common.
enum Shared {
    Nothing,
    Events(String),
    Unknown,
}

fn shared(heard: &EventPattern, routed: &EventPattern) -> Shared {
    let (one, other) = (heard.as_str(), routed.as_str());
    match (heard.is_literal(), routed.is_literal()) {
        _ if one == other => Shared::Events(one.to_owned()),
        (true, _) if routed.matches(one) => Shared::Events(one.to_owned()),
        (false, true) if heard.matches(other) => Shared::Events(other.to_owned()),
        (false, false) if begins_alike(one, other) => Shared::Unknown,
        _ => Shared::Nothing,
    }
}

/// Whether two patterns may have an event in common, as far as their first words tell.
fn begins_alike(one: &str, other: &str) -> bool {
    let first = |pattern: &str| pattern.split('.').next().unwrap_or_default().to_owned();
    let (one, other) = (first(one), first(other));
    one == other || one.contains('*') || other.contains('*')
}
