//! How many connections the system lets a process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// So many descriptors are left for whatever else the process opens.
const OTHERS: u64 = 256;

/// How many of the connections there can be that a section allows. The process's limit of descriptors is raised as far as that is needed
/// and allowed; what it does not allow is told.
pub(in crate::modules) fn room_for(wanted: usize, section: &str) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let Plan { raised, room } = plan(&limit, wanted);
    let failed = raised.and_then(|raised| setrlimit(Resource::Nofile, raised).err());
    let room =
        if failed.is_some() { plan(&Rlimit { maximum: limit.current, ..limit }, wanted).room } else { room };
    if room < wanted {
        tracing::warn!(
            "`{section}.connections` allows {wanted} connections, and the limit of descriptors of this process only {room}: raise that \
             (`ulimit -n`, `LimitNOFILE=` of a service), or allow fewer"
        );
    }
    room
}

/// What can be done.
#[derive(Debug)]
struct Plan {
    /// Where the limit is to be changed.
    raised: Option<Rlimit>,
    room: usize,
}

fn plan(limit: &Rlimit, wanted: usize) -> Plan {
    let needed = (wanted as u64).saturating_add(OTHERS);
    let unlimited = u64::MAX;
    let (current, maximum) = (limit.current.unwrap_or(unlimited), limit.maximum.unwrap_or(unlimited));
    let reached = current.max(needed.min(maximum));
    let raised = (reached > current).then_some(Rlimit { current: Some(reached), ..*limit });
    // Where there are few, half of them; at least one, or nobody would be told anything.
    let room = reached.saturating_sub(OTHERS).max(reached / 2).clamp(1, wanted as u64);
    Plan { raised, room: room as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(current: u64, maximum: Option<u64>, wanted: usize) -> (Option<u64>, usize) {
        let Plan { raised, room } = plan(&Rlimit { current: Some(current), maximum }, wanted);
        assert!(
            raised.as_ref().is_none_or(|raised| raised.maximum == maximum),
            "what others may raise stays"
        );
        (raised.and_then(|raised| raised.current), room)
    }

    #[test]
    fn the_limit_is_raised_as_far_as_it_is_needed_and_allowed() {
        assert_eq!(planned(1_024, Some(524_288), 2_048), (Some(2_304), 2_048));
        assert_eq!(planned(1_024, None, 2_048), (Some(2_304), 2_048));
        assert_eq!(planned(4_096, Some(4_096), 2_048), (None, 2_048), "there is room");
        assert_eq!(planned(1_024, Some(1_500), 2_048), (Some(1_500), 1_244), "some are left for others");
        assert_eq!(planned(1_024, Some(1_024), 2_048), (None, 768));
        assert_eq!(planned(64, Some(64), 2_048), (None, 32), "half of few");
        assert_eq!(planned(1, Some(1), 2_048), (None, 1));
        assert_eq!(planned(1_024, Some(4_096), usize::MAX), (Some(4_096), 3_840));
    }
}
