//! The connections that are open.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::connection::{Desk, attend, turn_away};
use super::transport::Transport;
use super::{Answers, Certificate};

/// How long clients may read on when the module is told to end; run hooks have five seconds before a restart.
const LEAVE: Duration = Duration::from_secs(1);

/// How many are told that there is no room at once; others are cut off.
const TOLD: usize = 64;

/// Who goes where there are too many connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::modules) enum Crowd {
    /// It has had the most time: who asks for something now is never kept waiting by those who say nothing.
    #[cfg_attr(not(feature = "prometheus"), expect(dead_code, reason = "connections that serve one request"))]
    OldestGoes,
    /// The others are in the middle of something; the newcomer is told.
    NewestGoes,
}

/// How connections are treated.
#[derive(Debug, Clone, Copy)]
pub(in crate::modules) struct Manners {
    /// What is served, for messages.
    pub(in crate::modules) what: &'static str,
    /// How many connections there may be.
    pub(in crate::modules) connections: usize,
    pub(in crate::modules) crowd: Crowd,
    /// For the handshake, and again for the header of each request.
    pub(in crate::modules) opening: Duration,
    /// For all of a connection; without it there may be many requests.
    pub(in crate::modules) exchange: Option<Duration>,
    /// How long a client may read nothing of what is written to it.
    pub(in crate::modules) stall: Duration,
}

pub(super) struct Visitors<A> {
    desk: Arc<Desk<A>>,
    tasks: JoinSet<()>,
    /// The oldest first; some may have ended.
    order: VecDeque<AbortHandle>,
    /// Those that have a place; a connection that has become a WebSocket outlives its task.
    open: TaskTracker,
    /// Cuts all of them, also where others hold them by now.
    cut: CancellationToken,
    _cut_at_last: DropGuard,
    told: Arc<Semaphore>,
    ending: watch::Sender<bool>,
    is_crowded: bool,
}

impl<A: Answers> Visitors<A> {
    pub(super) fn new(manners: Manners, answers: Arc<A>, certificate: Option<Certificate>) -> Self {
        let cut = CancellationToken::new();
        Self {
            desk: Arc::new(Desk { manners, answers, certificate }),
            tasks: JoinSet::new(),
            order: VecDeque::new(),
            open: TaskTracker::new(),
            _cut_at_last: cut.clone().drop_guard(),
            cut,
            told: Arc::new(Semaphore::new(TOLD)),
            ending: watch::Sender::new(false),
            is_crowded: false,
        }
    }

    /// Tells of one that has ended; never, if there is none.
    pub(super) async fn ended(&mut self) {
        match self.tasks.join_next().await {
            Some(ended) => Self::tell(self.desk.manners.what, ended),
            None => std::future::pending().await,
        }
    }

    /// A panic of ours must not vanish with its connection.
    fn tell(what: &str, ended: Result<(), JoinError>) {
        if let Err(error) = ended
            && error.is_panic()
        {
            tracing::error!("a connection of {what} panicked: {error}");
        }
    }

    pub(super) fn admit(&mut self, stream: TcpStream, from: SocketAddr) {
        let Manners { connections, crowd, .. } = self.desk.manners;
        self.order.retain(|visitor| !visitor.is_finished());
        let is_full = match crowd {
            Crowd::OldestGoes => self.order.len() >= connections,
            Crowd::NewestGoes => self.open.len() >= connections,
        };
        self.tell_crowd(is_full);
        let desk = Arc::clone(&self.desk);
        if is_full && crowd == Crowd::NewestGoes {
            if let Ok(place) = Arc::clone(&self.told).try_acquire_owned() {
                self.tasks.spawn(async move {
                    turn_away(&desk, stream).await;
                    drop(place);
                });
            }
            return;
        }
        if is_full && let Some(oldest) = self.order.pop_front() {
            oldest.abort();
        }
        let _latency_matters_more_than_packets = stream.set_nodelay(true);
        let stream = Transport::new(stream, self.cut.clone(), self.open.token());
        let visit = attend(desk, stream, from.ip(), self.ending.subscribe());
        self.order.push_back(self.tasks.spawn(visit));
    }

    fn tell_crowd(&mut self, is_full: bool) {
        let Manners { what, connections, crowd, .. } = self.desk.manners;
        if is_full && !self.is_crowded {
            let gone = match crowd {
                Crowd::OldestGoes => "the oldest are cut off",
                Crowd::NewestGoes => "the newest are turned away",
            };
            tracing::warn!("more than {connections} connections to {what} at once: {gone}");
        }
        self.is_crowded = is_full;
    }

    pub(super) async fn see_off(mut self) {
        self.ending.send_replace(true);
        let all_ended = async {
            while let Some(ended) = self.tasks.join_next().await {
                Self::tell(self.desk.manners.what, ended);
            }
            self.open.close();
            self.open.wait().await;
        };
        if timeout(LEAVE, all_ended).await.is_err() {
            let (number, what) = (self.open.len(), self.desk.manners.what);
            tracing::warn!("{number} connections to {what} were cut off at the end");
        }
    }
}
