//! Listening, and the connections that come of it.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::access::Credentials;
use super::certificate::Certificate;
use super::config::PrometheusConfig;
use super::connection::{Desk, attend};
use super::error::ListenError;
use super::shared::Shared;
use crate::prelude::*;

/// How many connections there may be.
const CONNECTIONS: usize = 64;

/// How long to wait where the system has no connection to give, as when all descriptors are in use.
const BREATH: Duration = Duration::from_millis(500);

/// How long clients may read on when the module is told to end; run hooks have five seconds before a restart.
const LEAVE: Duration = Duration::from_secs(1);

/// A listener, and who may be served there.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) address: SocketAddr,
    listener: TcpListener,
    access: Option<Credentials>,
    certificate: Option<Certificate>,
}

impl Site {
    /// All that can fail does so here.
    pub(super) async fn open(section: &str, config: &PrometheusConfig) -> Result<Self, ListenError> {
        let access = Credentials::read(section, config).await?;
        let certificate = Certificate::read(section, config).await?;
        let wanted = SocketAddr::new(config.address, config.port);
        let failed = |source| ListenError::Bind { section: section.to_owned(), address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let scheme = if certificate.is_some() { "https" } else { "http" };
        tracing::info!("`{section}` listens: {scheme}://{address}/metrics");
        if certificate.is_none() && !address.ip().to_canonical().is_loopback() {
            tracing::warn!(
                "`{section}` sends passwords in the clear: `certificate_file` and `key_file` make it HTTPS"
            );
        }
        Ok(Self { address, listener, access, certificate })
    }
}

/// Serves until the module is not passive any more. Dropped, it cuts off every connection.
pub(super) async fn serve(site: Site, shared: &Arc<Shared>, ctx: Context) {
    let Site { listener, access, certificate, .. } = site;
    let desk = Desk { handle: ctx.handle(), shared: Arc::clone(shared), access, certificate };
    let mut visitors = Visitors::new(desk);
    {
        let mut told_to_end = pin!(ctx.no_longer_passive());
        loop {
            tokio::select! {
                biased;
                () = &mut told_to_end => break,
                Some(ended) = visitors.tasks.join_next() => tell(ended),
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => visitors.admit(stream),
                    Err(error) => {
                        tracing::warn!("`{}` cannot take a connection: {error}", ctx.name());
                        sleep(BREATH).await;
                    }
                },
            }
        }
    }
    drop(listener);
    shared.leave();
    visitors.see_off().await;
}

/// A panic of ours must not vanish with its connection.
fn tell(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!("a connection of the metrics panicked: {error}");
    }
}

/// The connections that are open.
struct Visitors {
    desk: Arc<Desk>,
    tasks: JoinSet<()>,
    /// The oldest first; some may have ended.
    order: VecDeque<AbortHandle>,
    ending: GracefulShutdown,
    is_crowded: bool,
}

impl Visitors {
    fn new(desk: Desk) -> Self {
        let (tasks, order) = (JoinSet::new(), VecDeque::new());
        Self { desk: Arc::new(desk), tasks, order, ending: GracefulShutdown::new(), is_crowded: false }
    }

    /// The oldest has had the most time, so it goes where there are too many: who asks for something now is never kept waiting
    /// by those who say nothing.
    fn admit(&mut self, stream: TcpStream) {
        self.order.retain(|visitor| !visitor.is_finished());
        let is_full = self.order.len() >= CONNECTIONS;
        if is_full && let Some(oldest) = self.order.pop_front() {
            oldest.abort();
        }
        if is_full && !self.is_crowded {
            tracing::warn!(
                "more than {CONNECTIONS} connections to the metrics at once: the oldest are cut off"
            );
        }
        self.is_crowded = is_full;
        let attended = attend(Arc::clone(&self.desk), stream, self.ending.watcher());
        self.order.push_back(self.tasks.spawn(attended));
    }

    async fn see_off(mut self) {
        if timeout(LEAVE, self.ending.shutdown()).await.is_err() {
            tracing::warn!("{} connections to the metrics were cut off at the end", self.tasks.len());
        }
        while let Some(ended) = self.tasks.try_join_next() {
            tell(ended);
        }
    }
}
