//! Providers that a file lists.

use serde::Deserialize;

use crate::address::hint;
use crate::provider::{ErasedProvider, Local, erase};
use crate::sync::Arc;

/// A provider as a file states it: `{ kind: socket, url: "unix:home.sock", host: kitchen }`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListedProvider {
    kind: String,
    /// Of `local`: what those call it who are together.
    name: Option<String>,
    /// Of `socket`: where the broker is.
    url: Option<String>,
    /// Of `socket` and `zeromq`: the process that hosts it.
    host: Option<String>,
    /// Of `socket`: where the process that hosts keeps durable events.
    journal: Option<String>,
    /// Of `socket`: processes and groups that come no more.
    forget: Vec<String>,
    /// Of `zeromq`: where the broker publishes, and peers hear.
    #[serde(rename = "in")]
    hears: Option<String>,
    /// Of `zeromq`: where the broker hears, and peers send to.
    #[serde(rename = "out")]
    sends: Option<String>,
}

/// The kinds that this program has.
const KINDS: &[&str] = &[
    "local",
    #[cfg(all(feature = "socket", unix))]
    "socket",
    #[cfg(all(feature = "zeromq", unix))]
    "zeromq",
];

/// What is wrong with one, and at which of its keys.
pub(super) struct Wrong {
    pub(super) key: &'static str,
    pub(super) message: String,
}

impl ListedProvider {
    /// Makes it for the process of this name.
    pub(super) fn make(&self, name: &str, process: &str) -> Result<Arc<dyn ErasedProvider>, Wrong> {
        let kind = &*self.kind;
        let own: &[&str] = match kind {
            "local" => &["name"],
            "socket" => &["url", "host", "journal", "forget"],
            _ => &["in", "out", "host"],
        };
        if KINDS.contains(&kind)
            && let Some(key) = self.stated().find(|key| !own.contains(key))
        {
            let message = format!("a provider of kind `{kind}` has no `{key}`");
            return Err(Wrong { key, message });
        }
        match kind {
            "local" => {
                let hub = needed(self.name.as_ref(), name, kind, "a `name`: that of those who are together")?;
                Ok(erase(Local::connect(hub)))
            }
            #[cfg(all(feature = "socket", unix))]
            "socket" => self.socket(name, process),
            #[cfg(all(feature = "zeromq", unix))]
            "zeromq" => self.zeromq(name, process),
            "" => {
                let message = format!("the provider `{name}` needs a `kind`: {}", KINDS.join(", "));
                Err(Wrong { key: "", message })
            }
            unknown => {
                let _only_some_ask = process;
                let message = format!("there is no kind of providers `{unknown}`{}", hint(unknown, KINDS));
                Err(Wrong { key: "kind", message })
            }
        }
    }

    /// The keys that are there beside `kind`.
    fn stated(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            ("name", self.name.is_some()),
            ("url", self.url.is_some()),
            ("host", self.host.is_some()),
            ("journal", self.journal.is_some()),
            ("forget", !self.forget.is_empty()),
            ("in", self.hears.is_some()),
            ("out", self.sends.is_some()),
        ];
        all.into_iter().filter_map(|(key, is_there)| is_there.then_some(key))
    }

    #[cfg(all(feature = "socket", unix))]
    fn socket(&self, name: &str, process: &str) -> Result<Arc<dyn ErasedProvider>, Wrong> {
        use crate::provider::Socket;
        let url = needed(self.url.as_ref(), name, "socket", "a `url`: `unix:/run/user/1000/home.sock`")?;
        let host = needed(self.host.as_ref(), name, "socket", "a `host`: the process that hosts the broker")?;
        let socket = if host == process { Socket::host(url) } else { Socket::connect(url) };
        let socket = self.forget.iter().fold(socket, |socket, name| socket.forget(name));
        Ok(erase(match &self.journal {
            Some(path) => socket.journal(path),
            None => socket,
        }))
    }
}

#[cfg(all(feature = "zeromq", unix))]
impl ListedProvider {
    fn zeromq(&self, name: &str, process: &str) -> Result<Arc<dyn ErasedProvider>, Wrong> {
        use crate::provider::ZeroMq;
        let hears = needed(
            self.hears.as_ref(),
            name,
            "zeromq",
            "an `in`, where the broker publishes: `ipc:///run/user/1000/home.in`",
        )?;
        let sends = needed(
            self.sends.as_ref(),
            name,
            "zeromq",
            "an `out`, where the broker hears: `ipc:///run/user/1000/home.out`",
        )?;
        let hosts = self.host.as_deref() == Some(process);
        Ok(erase(if hosts { ZeroMq::host(hears, sends) } else { ZeroMq::connect(hears, sends) }))
    }
}

fn needed<'a>(value: Option<&'a String>, name: &str, kind: &str, what: &str) -> Result<&'a str, Wrong> {
    let missing =
        || Wrong { key: "", message: format!("the provider `{name}` of kind `{kind}` needs {what}") };
    value.map(String::as_str).ok_or_else(missing)
}
