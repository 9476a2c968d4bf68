//! Listening, until the module is told to end.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::sleep;

use super::visitors::Visitors;
use super::{Answers, Certificate, ListenError, Manners, Reloads};

/// How long to wait where the system has no connection to give, as when all descriptors are in use.
const BREATH: Duration = Duration::from_millis(500);

/// Where a section says to listen.
#[derive(Debug, Clone, Copy)]
pub(in crate::modules) struct Place<'a> {
    pub(in crate::modules) section: &'a str,
    pub(in crate::modules) address: IpAddr,
    pub(in crate::modules) port: u16,
    pub(in crate::modules) certificate_file: Option<&'a Path>,
    pub(in crate::modules) key_file: Option<&'a Path>,
}

/// Bound, and not served yet.
#[derive(Debug)]
pub(in crate::modules) struct Listener {
    pub(in crate::modules) address: SocketAddr,
    tcp: TcpListener,
    certificate: Option<Certificate>,
}

impl Listener {
    /// All that can fail does so here.
    pub(in crate::modules) async fn open(
        place: &Place<'_>,
        path: &str,
        reloads: &Reloads,
    ) -> Result<Self, ListenError> {
        let section = place.section;
        let certificate = Certificate::read(place, reloads).await?;
        let wanted = SocketAddr::new(place.address, place.port);
        let failed = |source| ListenError::Bind { section: section.to_owned(), address: wanted, source };
        let tcp = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = tcp.local_addr().map_err(failed)?;
        let scheme = if certificate.is_some() { "https" } else { "http" };
        tracing::info!("`{section}` listens: {scheme}://{address}{path}");
        if certificate.is_none() && !address.ip().to_canonical().is_loopback() {
            tracing::warn!(
                "`{section}` sends passwords in the clear: `certificate_file` and `key_file` make it HTTPS"
            );
        }
        Ok(Self { address, tcp, certificate })
    }

    #[cfg(feature = "web")]
    pub(in crate::modules) const fn is_encrypted(&self) -> bool {
        self.certificate.is_some()
    }
}

/// Serves until it is told to end. Dropped, it cuts off every connection.
pub(in crate::modules) async fn serve(
    listener: Listener,
    manners: Manners,
    desk: Arc<impl Answers>,
    told_to_end: impl Future<Output = ()>,
) {
    let Listener { tcp, certificate, .. } = listener;
    let mut visitors = Visitors::new(manners, Arc::clone(&desk), certificate);
    {
        let mut told_to_end = pin!(told_to_end);
        loop {
            tokio::select! {
                biased;
                () = &mut told_to_end => break,
                () = visitors.ended() => {}
                accepted = tcp.accept() => match accepted {
                    Ok((stream, from)) => visitors.admit(stream, from),
                    Err(error) => {
                        tracing::warn!("{} cannot take a connection: {error}", manners.what);
                        sleep(BREATH).await;
                    }
                },
            }
        }
    }
    drop(tcp);
    desk.closed();
    visitors.see_off().await;
}

/// Who listens where, and what has been read for whoever serves it; outlives the instances of a module that is made again.
#[derive(Debug)]
pub(in crate::modules) struct Standing<T> {
    now: Mutex<Now<T>>,
    pub(in crate::modules) reloads: Reloads,
}

#[derive(Debug)]
struct Now<T> {
    address: Option<SocketAddr>,
    /// Bound, and not served yet.
    waiting: Option<(Listener, T)>,
}

impl<T> Default for Standing<T> {
    fn default() -> Self {
        Self { now: Mutex::new(Now { address: None, waiting: None }), reloads: Reloads::default() }
    }
}

impl<T> Standing<T> {
    fn now(&self) -> MutexGuard<'_, Now<T>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::modules) fn address(&self) -> Option<SocketAddr> {
        self.now().address
    }

    pub(in crate::modules) fn open(&self, listener: Listener, with: T) {
        let mut now = self.now();
        now.address = Some(listener.address);
        now.waiting = Some((listener, with));
    }

    /// The listener for whoever serves it.
    pub(in crate::modules) fn take_over(&self) -> Option<(Listener, T)> {
        self.now().waiting.take()
    }

    /// Nobody listens any more, unless a new listener has been opened since.
    pub(in crate::modules) fn leave(&self) {
        let mut now = self.now();
        if now.waiting.is_none() {
            now.address = None;
        }
    }

    pub(in crate::modules) fn close(&self) {
        *self.now() = Now { address: None, waiting: None };
    }
}
