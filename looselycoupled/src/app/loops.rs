//! The event loops: what they are called, who is on them, and how they are bounded.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::check::OWN_SECTION;
use super::code::FaultCode;
use super::faults::{Faults, at_key};
use super::listed::Mentioned;
use super::plan::{Framework, Planned};
use crate::address::{loop_name, nearest};
use crate::config::Config;
use crate::event_loop::LoopOptions;

/// Who can be on a loop, and where that is written.
pub(super) struct Members<'a> {
    pub(super) planned: &'a [Planned],
    pub(super) mentioned: &'a Mentioned,
    pub(super) config: &'a Config,
}

/// Checks the loops, and returns the bounds of all of them: what code states wins.
pub(super) fn check_loops(
    code: BTreeMap<String, LoopOptions>,
    framework: &Framework,
    members: &Members<'_>,
    faults: &mut Faults,
) -> BTreeMap<String, LoopOptions> {
    check_members(members, faults);
    for (name, zero) in code.iter().filter_map(|(name, options)| Some((name, options.zero()?))) {
        faults.add(FaultCode::NoRoom, || {
            format!("loop `{name}` is bounded by `{zero}(0)`; a bound must be at least 1")
        });
    }
    let mut loops = code;
    for (name, section) in &framework.loops {
        let stated = loops.get(name).copied().unwrap_or_default();
        loops.insert(name.clone(), stated.or(section.options()));
    }
    check_bounds(&loops, framework, members, faults);
    loops
}

/// Whether everybody can be on the loop that was stated.
fn check_members(members: &Members<'_>, faults: &mut Faults) {
    let &Members { planned, config, .. } = members;
    let mut shared = HashSet::new();
    for instance in planned {
        let Some(event_loop) = &instance.event_loop else { continue };
        let name = &instance.name;
        if shared.insert(event_loop.as_str())
            && let Err(error) = loop_name(event_loop)
        {
            let message = format!("module `{name}` has no loop: {error}");
            let fault = || instance.loop_fault(config, message);
            faults.add(FaultCode::LoopName, fault);
        }
        let info = &instance.descriptor.info;
        if info.concurrent {
            let message = format!(
                "module `{name}` is on the shared loop `{event_loop}`, but `{}` is concurrent and has a loop of its own",
                info.type_name
            );
            let fault = || instance.loop_fault(config, message);
            faults.add(FaultCode::ConcurrentOnShared, fault);
        }
    }
    for instance in planned.iter().filter(|instance| instance.event_loop.is_none()) {
        if shared.contains(&*instance.name) {
            let message = format!("`{}` is the name of a module and of a shared loop", instance.name);
            let fault = || instance.fault(config, None, message);
            faults.add(FaultCode::SharedName, fault);
        }
    }
}

/// Whether every bound is that of a loop which it suits.
fn check_bounds(
    loops: &BTreeMap<String, LoopOptions>,
    framework: &Framework,
    members: &Members<'_>,
    faults: &mut Faults,
) {
    let &Members { planned, mentioned, config } = members;
    let shared: BTreeSet<&str> =
        planned.iter().filter_map(|instance| instance.event_loop.as_deref()).collect();
    let alone = planned.iter().filter(|instance| instance.event_loop.is_none());
    let own: BTreeMap<&str, &Planned> = alone.map(|instance| (&*instance.name, instance)).collect();
    for (name, options) in loops {
        let (own, is_shared) = (own.get(name.as_str()), shared.contains(name.as_str()));
        let lists = || framework.loops.get(name).is_some_and(|section| !section.modules.is_empty());
        let is_unmade = own.is_none() && !is_shared && (mentioned.names_loop(name) || lists());
        if is_unmade {
            continue;
        }
        if own.is_none() && !is_shared {
            faults.add(FaultCode::EmptyLoop, || {
                let near = nearest(name, shared.iter().copied().chain(mentioned.modules(planned)));
                let message = format!("loop `{name}` has settings, but no module is on it");
                at_key(config, &[OWN_SECTION, "loops", name], &message, near)
            });
        }
        if options.sets_concurrency() && !own.is_some_and(|instance| instance.descriptor.info.concurrent) {
            faults.add(FaultCode::NothingOverlaps, || {
                let limits = [OWN_SECTION, "loops", name, "concurrency"];
                let message = format!(
                    "loop `{name}` has a limit of overlapping handlers, but its modules are sequential"
                );
                at_key(config, &limits, &message, None)
            });
        }
        let is_on = |instance: &&Planned| *instance.event_loop.as_deref().unwrap_or(&instance.name) == **name;
        if options.denies_thread()
            && let Some(member) = planned.iter().filter(is_on).find(|instance| instance.on_thread)
        {
            faults.add(FaultCode::NoThread, || {
                let thread = [OWN_SECTION, "loops", name, "thread"];
                let message = format!(
                    "loop `{name}` is to have no thread of its own, but module `{}` needs one",
                    member.name
                );
                at_key(config, &thread, &message, None)
            });
        }
        if options.has_thread() && own.is_some_and(|instance| instance.descriptor.info.concurrent) {
            faults.add(FaultCode::ConcurrentOnThread, || {
                let thread = [OWN_SECTION, "loops", name, "thread"];
                let message = format!(
                    "loop `{name}` has a thread of its own, but its module is concurrent: its handlers run on all threads"
                );
                at_key(config, &thread, &message, None)
            });
        }
    }
}
