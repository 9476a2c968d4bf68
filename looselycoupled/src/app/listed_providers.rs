//! Providers that a file lists.

use std::path::PathBuf;

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
    /// Of `amqp`, `socket` and `stomp`: where the broker is.
    url: Option<String>,
    /// Of `socket` and `zeromq`: the process that hosts the broker.
    host: Option<String>,
    /// Of `socket`: where the process that hosts keeps durable events.
    journal: Option<String>,
    /// Of `socket`: processes and groups that come no more.
    forget: Vec<String>,
    /// Of `socket` at a port: what both sides know, or the file in which it stands.
    token: Option<String>,
    token_file: Option<PathBuf>,
    /// Of `socket` at a port, for who connects: by whom the broker's certificate is made.
    authority_file: Option<PathBuf>,
    /// Of `socket` at a port, for who hosts: what the broker shows.
    certificate_file: Option<PathBuf>,
    key_file: Option<PathBuf>,
    /// Of `zeromq`: where the broker publishes.
    publishes: Option<String>,
    /// Of `zeromq`: where the broker takes what processes send.
    takes: Option<String>,
    /// Of `amqp` and `stomp`: where events lie there.
    addresses: Option<String>,
    /// Of `amqp` and `stomp`: as whom one comes, and what that user shows, or the file in which it stands.
    user: Option<String>,
    password: Option<String>,
    password_file: Option<PathBuf>,
    /// Of `amqp` and `stomp`: to which part of the broker.
    virtual_host: Option<String>,
    /// Of `amqp`, `nsq` and `stomp`: whether another machine may be reached without encryption.
    plain: bool,
    /// Of `stomp`: whether none come in.
    only_sends: bool,
    /// Of `nsq`: where each nsqd is.
    nsqd: Vec<String>,
    /// Of `nsq`: how contents are written, `json` or `cbor`.
    body: Option<String>,
}

/// The kinds that this program has.
const KINDS: &[&str] = &[
    #[cfg(feature = "amqp")]
    "amqp",
    "local",
    #[cfg(all(feature = "nsq", unix))]
    "nsq",
    #[cfg(all(feature = "socket", unix))]
    "socket",
    #[cfg(feature = "stomp")]
    "stomp",
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
        if KINDS.contains(&kind)
            && let Some(key) = self.foreign(kind)
        {
            return Err(Wrong { key, message: format!("a provider of kind `{kind}` has no `{key}`") });
        }
        match kind {
            #[cfg(feature = "amqp")]
            "amqp" => self.amqp(name),
            "local" => {
                let hub = needed(self.name.as_ref(), name, kind, "a `name`: that of those who are together")?;
                Ok(erase(Local::connect(hub)))
            }
            #[cfg(all(feature = "nsq", unix))]
            "nsq" => self.nsq(name),
            #[cfg(all(feature = "socket", unix))]
            "socket" => self.socket(name, process),
            #[cfg(feature = "stomp")]
            "stomp" => self.stomp(name),
            #[cfg(all(feature = "zeromq", unix))]
            "zeromq" => self.zeromq(name, process),
            "" => {
                let message = format!("the provider `{name}` needs a `kind`: {}", KINDS.join(", "));
                Err(Wrong { key: "", message })
            }
            unknown => {
                let _only_hosts_ask = process;
                let message = format!("there is no kind of providers `{unknown}`{}", hint(unknown, KINDS));
                Err(Wrong { key: "kind", message })
            }
        }
    }

    /// A key that is there and means nothing to providers of this kind.
    fn foreign(&self, kind: &str) -> Option<&'static str> {
        let keys = [
            ("name", self.name.is_some(), &["local"][..]),
            ("url", self.url.is_some(), &["amqp", "socket", "stomp"]),
            ("host", self.host.is_some(), &["socket", "zeromq"]),
            ("journal", self.journal.is_some(), &["socket"]),
            ("forget", !self.forget.is_empty(), &["socket"]),
            ("token", self.token.is_some(), &["nsq", "socket"]),
            ("token_file", self.token_file.is_some(), &["nsq", "socket"]),
            ("authority_file", self.authority_file.is_some(), &["socket"]),
            ("certificate_file", self.certificate_file.is_some(), &["socket"]),
            ("key_file", self.key_file.is_some(), &["socket"]),
            ("publishes", self.publishes.is_some(), &["zeromq"]),
            ("takes", self.takes.is_some(), &["zeromq"]),
            ("addresses", self.addresses.is_some(), &["amqp", "stomp"]),
            ("user", self.user.is_some(), &["amqp", "stomp"]),
            ("password", self.password.is_some(), &["amqp", "stomp"]),
            ("password_file", self.password_file.is_some(), &["amqp", "stomp"]),
            ("virtual_host", self.virtual_host.is_some(), &["amqp", "stomp"]),
            ("plain", self.plain, &["amqp", "nsq", "stomp"]),
            ("only_sends", self.only_sends, &["stomp"]),
            ("nsqd", !self.nsqd.is_empty(), &["nsq"]),
            ("body", self.body.is_some(), &["nsq"]),
        ];
        keys.into_iter().find(|(_, is_there, kinds)| *is_there && !kinds.contains(&kind)).map(|(key, ..)| key)
    }

    #[cfg(feature = "amqp")]
    fn amqp(&self, name: &str) -> Result<Arc<dyn ErasedProvider>, Wrong> {
        use crate::provider::{Amqp, AmqpAddresses};
        let url = needed(self.url.as_ref(), name, "amqp", "a `url`: `amqp://127.0.0.1:5672`")?;
        let addresses = self.addresses_of(name, "amqp", &AmqpAddresses::NAMES, "artemis, or rabbitmq")?;
        let amqp = Amqp::connect(url).addresses(addresses);
        let amqp = self.user.iter().fold(amqp, |amqp, user| amqp.user(user));
        let amqp = self.the_password()?.fold(amqp, |amqp, password| amqp.password(password));
        let amqp = self.password_file.iter().fold(amqp, Amqp::password_file);
        let amqp = self.virtual_host.iter().fold(amqp, |amqp, host| amqp.virtual_host(host));
        Ok(erase(if self.plain { amqp.plain() } else { amqp }))
    }

    #[cfg(feature = "stomp")]
    fn stomp(&self, name: &str) -> Result<Arc<dyn ErasedProvider>, Wrong> {
        use crate::provider::{Stomp, StompAddresses};
        let url = needed(self.url.as_ref(), name, "stomp", "a `url`: `tcp://127.0.0.1:61613`")?;
        let known = "queue, rabbitmq, or activemq";
        let addresses = self.addresses_of(name, "stomp", &StompAddresses::NAMES, known)?;
        let stomp = Stomp::connect(url).addresses(addresses);
        let stomp = self.user.iter().fold(stomp, |stomp, user| stomp.user(user));
        let stomp = self.the_password()?.fold(stomp, |stomp, password| stomp.password(password));
        let stomp = self.password_file.iter().fold(stomp, Stomp::password_file);
        let stomp = self.virtual_host.iter().fold(stomp, |stomp, host| stomp.virtual_host(host));
        let stomp = if self.plain { stomp.plain() } else { stomp };
        Ok(erase(if self.only_sends { stomp.only_sends() } else { stomp }))
    }

    /// Which of the addresses that there are `addresses` names.
    #[cfg(any(feature = "amqp", feature = "stomp"))]
    fn addresses_of<A: Copy>(
        &self,
        name: &str,
        kind: &str,
        all: &[(&'static str, A)],
        known: &str,
    ) -> Result<A, Wrong> {
        let addresses = needed(self.addresses.as_ref(), name, kind, &format!("`addresses`: {known}"))?;
        let named = all.iter().find(|(name, _)| *name == addresses);
        named.map(|(_, addresses)| *addresses).ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
            let near = hint(addresses, &names);
            Wrong {
                key: "addresses",
                message: format!("there are no addresses `{addresses}`{near}: state {known}"),
            }
        })
    }

    #[cfg(any(feature = "amqp", feature = "stomp"))]
    fn the_password(&self) -> Result<std::option::Iter<'_, String>, Wrong> {
        if self.password.is_some() && self.password_file.is_some() {
            let message = "the password stands in `password`, or in `password_file`, not in both".to_owned();
            return Err(Wrong { key: "password_file", message });
        }
        Ok(self.password.iter())
    }

    #[cfg(all(feature = "nsq", unix))]
    fn nsq(&self, name: &str) -> Result<Arc<dyn ErasedProvider>, Wrong> {
        use crate::provider::Nsq;
        let example = "an `nsqd`, or several: `[\"tcp://127.0.0.1:4150\"]`";
        needed(self.nsqd.first(), name, "nsq", example)?;
        let nsq = Nsq::connect(&self.nsqd);
        let nsq = match self.body.as_deref() {
            None | Some("json") => nsq,
            Some("cbor") => nsq.cbor(),
            Some(unknown) => {
                let message = format!("contents are `json` or `cbor`, not `{unknown}`");
                return Err(Wrong { key: "body", message });
            }
        };
        let nsq = if self.plain { nsq.plain() } else { nsq };
        let nsq = self.token.iter().fold(nsq, |nsq, token| nsq.token(token));
        Ok(erase(self.token_file.iter().fold(nsq, Nsq::token_file)))
    }

    #[cfg(all(feature = "zeromq", unix))]
    fn zeromq(&self, name: &str, process: &str) -> Result<Arc<dyn ErasedProvider>, Wrong> {
        use crate::provider::ZeroMq;
        let kind = "zeromq";
        let publishes = "where the broker `publishes`: `ipc:///run/user/1000/home.out`";
        let publishes = needed(self.publishes.as_ref(), name, kind, publishes)?;
        let takes = "where the broker `takes` what processes send: `ipc:///run/user/1000/home.in`";
        let takes = needed(self.takes.as_ref(), name, kind, takes)?;
        // Without one it is hosted by Python.
        let is_host = self.host.as_deref() == Some(process);
        Ok(erase(if is_host { ZeroMq::host(publishes, takes) } else { ZeroMq::connect(publishes, takes) }))
    }

    #[cfg(all(feature = "socket", unix))]
    fn socket(&self, name: &str, process: &str) -> Result<Arc<dyn ErasedProvider>, Wrong> {
        use crate::provider::Socket;
        let url = needed(self.url.as_ref(), name, "socket", "a `url`: `unix:/run/user/1000/home.sock`")?;
        let host = needed(self.host.as_ref(), name, "socket", "a `host`: the process that hosts the broker")?;
        // All processes may share one file: each takes what is for it.
        let socket = if host == process {
            let socket = Socket::host(url);
            match (&self.certificate_file, &self.key_file) {
                (None, None) => socket,
                (Some(certificate), Some(key)) => socket.certificate(certificate, key),
                (None, Some(_)) => return Err(lacks("key_file", "a `certificate_file`")),
                (Some(_), None) => return Err(lacks("certificate_file", "a `key_file`")),
            }
        } else {
            self.authority_file.iter().fold(Socket::connect(url), Socket::authority)
        };
        let socket = self.token.iter().fold(socket, |socket, token| socket.token(token));
        let socket = self.token_file.iter().fold(socket, Socket::token_file);
        let socket = self.forget.iter().fold(socket, |socket, name| socket.forget(name));
        Ok(erase(match &self.journal {
            Some(path) => socket.journal(path),
            None => socket,
        }))
    }
}

#[cfg(all(feature = "socket", unix))]
fn lacks(key: &'static str, what: &str) -> Wrong {
    Wrong { key, message: format!("beside `{key}` it takes {what}") }
}

fn needed<'a>(value: Option<&'a String>, name: &str, kind: &str, what: &str) -> Result<&'a str, Wrong> {
    let missing =
        || Wrong { key: "", message: format!("the provider `{name}` of kind `{kind}` needs {what}") };
    value.map(String::as_str).ok_or_else(missing)
}
