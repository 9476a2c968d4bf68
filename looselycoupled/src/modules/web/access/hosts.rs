//! By which names the server is reached: a page of another site may make its own name mean this machine, and then ask here in
//! its own name ("DNS rebinding").

use std::net::{IpAddr, SocketAddr};

use warp::http::header::{HOST, ORIGIN};
use warp::http::uri::Authority;
use warp::http::{HeaderMap, Uri};

use super::super::problem::{Problem, Refusal};

#[derive(Debug)]
pub(super) struct Hosts {
    names: Vec<String>,
    address: IpAddr,
}

/// Whether it is the name of a host or an address, and no more than that: with a port or a scheme it would never be met.
pub(in crate::modules::web) fn is_host(name: &str) -> bool {
    let is_address = name.parse::<IpAddr>().is_ok();
    is_address || Authority::try_from(name).is_ok_and(|meant| meant.host() == name)
}

impl Hosts {
    pub(super) fn new(names: &[String], address: SocketAddr) -> Self {
        let names = names.iter().map(|name| rooted(name).to_ascii_lowercase()).collect();
        Self { names, address: address.ip().to_canonical() }
    }

    /// Whom the request means, which is this server.
    pub(super) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<Authority, Problem> {
        let malformed = |why: &str| Problem::new(Refusal::Malformed, why);
        let mut named = headers.get_all(HOST).iter();
        let host = named.next().ok_or_else(|| malformed("the field `Host` is missing"))?;
        if named.next().is_some() {
            return Err(malformed("the field `Host` stands twice"));
        }
        let host =
            Authority::try_from(host.as_bytes()).map_err(|_| malformed("the field `Host` names no host"))?;
        for meant in std::iter::once(&host).chain(uri.authority()) {
            if !is_bare(meant) {
                return Err(malformed("`Host` is a name and perhaps a port, and no more than that"));
            }
            if !self.is_ours(meant.host()) {
                let detail = format!(
                    "`{}` is no name of this server; add it to `hosts` in its section if it is",
                    meant.host()
                );
                return Err(Problem::new(Refusal::Host, detail));
            }
        }
        Ok(host)
    }

    fn is_ours(&self, host: &str) -> bool {
        let host = rooted(host).to_ascii_lowercase();
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
        let address = bare.parse::<IpAddr>().map(|address| address.to_canonical());
        host == "localhost"
            || address.is_ok_and(|address| address.is_loopback() || address == self.address)
            || self.names.iter().any(|name| *name == host || name == bare)
    }
}

/// Whether nobody is named before the host, and what follows it can be a port.
fn is_bare(authority: &Authority) -> bool {
    let rest = authority.as_str().strip_prefix(authority.host());
    rest.is_some_and(|rest| matches!(rest, "" | ":") || authority.port_u16().is_some())
}

/// A name that says that it begins at the root of all names means the same as without.
fn rooted(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether a browser says that a page of ours asks; `None` if it says nothing, as programs do.
pub(super) fn same_origin(host: &Authority, headers: &HeaderMap) -> Option<bool> {
    let origin = headers.get(ORIGIN)?;
    let same = || {
        let origin: Uri = origin.to_str().ok()?.parse().ok()?;
        Some(origin.authority()?.as_str().eq_ignore_ascii_case(host.as_str()))
    };
    Some(headers.get_all(ORIGIN).iter().count() == 1 && same().unwrap_or(false))
}
