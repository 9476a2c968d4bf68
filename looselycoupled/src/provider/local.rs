//! Applications of one process as if they were in several.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::LazyLock;

use super::envelope::GROUP;
use super::{
    Answer, Capabilities, Capability, Envelope, Link, Provider, ProviderError, ProviderState, Subscription,
};
use crate::address::EventPattern;
use crate::sync::{Arc, Mutex, OnceLock, Weak};

/// Connects applications of one process: for tests of what will be several processes, and for programs that consist of several
/// applications.
///
/// Those that [`connect`](Self::connect) to the same name are together. It is always connected, keeps the order, and carries
/// everything but durable events.
#[derive(Debug)]
pub struct Local {
    hub: Arc<Hub>,
    link: OnceLock<Link>,
}

/// Who is together.
struct Hub {
    name: String,
    members: Mutex<BTreeMap<String, Member>>,
    /// Whose turn it is in each group.
    turns: Mutex<HashMap<String, usize>>,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("name", &self.name).finish_non_exhaustive()
    }
}

struct Member {
    link: Link,
    events: HashMap<Subscription, EventPattern>,
    modules: Vec<String>,
}

static HUBS: LazyLock<Mutex<BTreeMap<String, Weak<Hub>>>> = LazyLock::new(Mutex::default);

impl Local {
    /// Together with all that connect to this name.
    #[must_use]
    pub fn connect(name: &str) -> Self {
        let mut hubs = HUBS.lock();
        hubs.retain(|_, hub| hub.strong_count() > 0);
        let known = hubs.get(name).and_then(Weak::upgrade);
        let hub = known.unwrap_or_else(|| {
            let hub =
                Arc::new(Hub { name: name.to_owned(), members: Mutex::default(), turns: Mutex::default() });
            hubs.insert(name.to_owned(), Arc::downgrade(&hub));
            hub
        });
        Self { hub, link: OnceLock::new() }
    }

    fn change(&self, change: impl FnOnce(&mut Member)) -> Result<(), ProviderError> {
        let stopped = || ProviderError::Unreachable("it has not been started, or has ended".to_owned());
        let link = self.link.get().ok_or_else(stopped)?;
        let mut members = self.hub.members.lock();
        change(members.get_mut(link.process()).ok_or_else(stopped)?);
        Ok(())
    }

    /// Who gets an event: all others, and of each group one.
    fn hearing(&self, event: &str) -> Vec<(Link, Option<String>)> {
        let own = self.link.get().map(Link::process);
        let members = self.hub.members.lock();
        let (mut all, mut groups) = (Vec::new(), BTreeMap::<&str, Vec<&Link>>::new());
        for (process, member) in &*members {
            let matching = member.events.iter().filter(|(_, pattern)| pattern.matches(event));
            let matching: Vec<_> = matching.map(|(subscription, _)| subscription.group.as_deref()).collect();
            for group in matching.iter().flatten() {
                groups.entry(group).or_default().push(&member.link);
            }
            if matching.iter().any(Option::is_none) && Some(&**process) != own {
                all.push((member.link.clone(), None));
            }
        }
        let mut turns = self.hub.turns.lock();
        for (group, together) in groups {
            let turn = turns.entry(group.to_owned()).or_default();
            all.push((together[*turn % together.len()].clone(), Some(group.to_owned())));
            *turn = turn.wrapping_add(1);
        }
        all
    }
}

impl Provider for Local {
    fn kind(&self) -> &'static str {
        "local"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE
            .with(Capability::Calls)
            .with(Capability::Patterns)
            .with(Capability::Headers)
            .with(Capability::Order)
            .with(Capability::Groups)
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        let (process, hub) = (link.process(), &self.hub.name);
        let again = || ProviderError::Setup("a provider is for one application".to_owned());
        {
            let mut members = self.hub.members.lock();
            // Who is there goes on as if nobody had come.
            if members.contains_key(process) {
                return Err(ProviderError::Setup(format!(
                    "`{process}` is connected to `{hub}` already: processes need names of their own, by `AppBuilder::process`, or `process:` in the configuration"
                )));
            }
            self.link.set(link.clone()).map_err(|_| again())?;
            let member = Member { link: link.clone(), events: HashMap::new(), modules: Vec::new() };
            members.insert(process.to_owned(), member);
        }
        link.tell_state(ProviderState::Connected, None);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        let there = self.hearing(&event.name);
        for (link, group) in there {
            let mut copy = event.clone();
            if let Some(group) = group {
                copy.headers = copy.headers.with(GROUP, &group);
            }
            link.event(copy).await;
        }
        Ok(())
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        let pattern = subscription.event.parse().map_err(|error| ProviderError::Other(Box::new(error)))?;
        self.change(|member| {
            member.events.insert(subscription.clone(), pattern);
        })
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.change(|member| {
            member.events.remove(subscription);
        })
    }

    async fn serve(&self, module: &str) -> Result<(), ProviderError> {
        self.change(|member| member.modules.push(module.to_owned()))
    }

    async fn withdraw(&self, module: &str) -> Result<(), ProviderError> {
        self.change(|member| member.modules.retain(|known| known != module))
    }

    async fn request(&self, call: Envelope) -> Result<Answer, ProviderError> {
        let module = call.name.split_once('.').map_or(&*call.name, |(module, _)| module).to_owned();
        let server = {
            let members = self.hub.members.lock();
            let server = members.values().find(|member| member.modules.contains(&module));
            server.map(|member| member.link.clone())
        };
        match server {
            Some(link) => Ok(link.call(call).await),
            None => Err(ProviderError::Unreachable(format!("nobody serves `{module}` now"))),
        }
    }

    async fn stop(&self) {
        if let Some(link) = self.link.get() {
            self.hub.members.lock().remove(link.process());
            link.tell_state(ProviderState::Stopped, None);
        }
    }
}
