//! Applications of one process as if they were in several.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::LazyLock;

use super::{Answer, Capabilities, Envelope, Link, Provider, ProviderError, ProviderState};
use crate::address::EventPattern;
use crate::sync::{Arc, Mutex, OnceLock, Weak};

/// Connects applications of one process: for tests of what will be several processes, and for programs that consist of several
/// applications.
///
/// Those that [`connect`](Self::connect) to the same name are together. It is always connected, keeps the order, and carries everything.
#[derive(Debug)]
pub struct Local {
    hub: Arc<Hub>,
    link: OnceLock<Link>,
}

/// Who is together.
struct Hub {
    name: String,
    members: Mutex<BTreeMap<String, Member>>,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("name", &self.name).finish_non_exhaustive()
    }
}

struct Member {
    link: Link,
    /// By their texts.
    events: HashMap<String, EventPattern>,
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
            let hub = Arc::new(Hub { name: name.to_owned(), members: Mutex::default() });
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

    fn others(&self) -> Option<&str> {
        self.link.get().map(Link::process)
    }
}

impl Provider for Local {
    fn kind(&self) -> &'static str {
        "local"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        let again = || ProviderError::Setup("a provider is for one application".to_owned());
        let member = Member { link: link.clone(), events: HashMap::new(), modules: Vec::new() };
        let before = self.hub.members.lock().insert(link.process().to_owned(), member);
        if before.is_some() {
            return Err(ProviderError::Setup(format!(
                "`{}` is connected to `{}` already: processes need names of their own",
                link.process(),
                self.hub.name
            )));
        }
        self.link.set(link.clone()).map_err(|_| again())?;
        link.tell_state(ProviderState::Connected, None);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        let own = self.others();
        let hears = |member: &Member| member.events.values().any(|pattern| pattern.matches(&event.name));
        let there: Vec<Link> = {
            let members = self.hub.members.lock();
            let others = members.iter().filter(|(process, member)| Some(&***process) != own && hears(member));
            others.map(|(_, member)| member.link.clone()).collect()
        };
        for link in there {
            link.event(event.clone()).await;
        }
        Ok(())
    }

    async fn subscribe(&self, event: &str) -> Result<(), ProviderError> {
        let pattern = event.parse().map_err(|error| ProviderError::Other(Box::new(error)))?;
        self.change(|member| {
            member.events.insert(event.to_owned(), pattern);
        })
    }

    async fn unsubscribe(&self, event: &str) -> Result<(), ProviderError> {
        self.change(|member| {
            member.events.remove(event);
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
