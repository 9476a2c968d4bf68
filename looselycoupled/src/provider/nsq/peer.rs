//! A process at several nsqds.

use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{oneshot, watch};
use tokio::task::{AbortHandle, Id, JoinError, JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::body::Form;
use super::connection::{Connection, Ended};
use super::consumer::{Consumer, Wanted};
use super::frames::publish;
use super::names::{Ear, topic};
use super::place::Place;
use super::publisher::{Outlet, Publisher};
use crate::provider::pauses::{FIRST_PAUSE, LONGEST_PAUSE, jittered};
use crate::provider::{Envelope, Link, ProviderError, ProviderState, Subscription};
use crate::sync::{Arc, Mutex};

/// How long nsqd may take to let one hear a channel.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long what has been accepted may take to leave at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// What a visit at an nsqd is asked for while it lasts.
enum Order {
    Hear(Wanted, oneshot::Sender<()>),
    Forget(Subscription),
}

/// One nsqd.
#[derive(Default)]
struct Server {
    orders: Option<UnboundedSender<Order>>,
    /// What leaves, once everything that is wanted is heard.
    outlet: Option<Outlet>,
    task: Option<JoinHandle<()>>,
    /// It has been told that it is away while others are there.
    is_told: bool,
}

#[derive(Default)]
struct State {
    servers: Vec<Server>,
    reason: String,
    wanted: Vec<Wanted>,
}

/// What is the same for all nsqds.
#[derive(Clone)]
pub(super) struct Setting {
    pub(super) link: Link,
    pub(super) secret: Option<String>,
}

/// A process at several nsqds.
pub(super) struct Peer {
    state: Mutex<State>,
    stopping: watch::Sender<bool>,
}

impl Default for Peer {
    fn default() -> Self {
        Self { state: Mutex::default(), stopping: watch::Sender::new(false) }
    }
}

impl Peer {
    /// Connects, and connects again, until it is stopped.
    pub(super) fn connect(this: &Arc<Self>, places: Vec<Place>, setting: &Setting) {
        let mut state = this.state.lock();
        state.reason = "no nsqd has answered yet".to_owned();
        setting.link.tell_state(ProviderState::Connecting, None);
        for (number, place) in places.into_iter().enumerate() {
            let (peer, setting) = (Arc::clone(this), setting.clone());
            let task = tokio::spawn(async move { peer.stay_connected(number, &place, &setting).await });
            state.servers.push(Server { task: Some(task), ..Server::default() });
        }
    }

    async fn stay_connected(&self, number: usize, place: &Place, setting: &Setting) {
        let mut pause = FIRST_PAUSE;
        loop {
            let began = Instant::now();
            let ended = self.visit(number, place, setting).await;
            self.lose(number, &format!("{place}: {ended}"), &setting.link);
            if *self.stopping.borrow() {
                return;
            }
            if began.elapsed() > LONGEST_PAUSE {
                pause = FIRST_PAUSE;
            }
            sleep(jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Connected is who is so with one nsqd at least.
    fn lose(&self, number: usize, why: &str, link: &Link) {
        let mut state = self.state.lock();
        let server = &mut state.servers[number];
        (server.orders, server.outlet) = (None, None);
        why.clone_into(&mut state.reason);
        if *self.stopping.borrow() {
            return;
        }
        // Told while nobody else can tell something newer.
        if state.servers.iter().any(|server| server.outlet.is_some()) {
            if !std::mem::replace(&mut state.servers[number].is_told, true) {
                tracing::warn!(target: "looselycoupled", "one of several nsqds is away, and is asked again and again: {why}");
            }
        } else {
            link.tell_state(ProviderState::Connecting, Some(why));
        }
    }

    /// One connection for what leaves, and one for each channel, which end together.
    async fn visit(&self, number: usize, place: &Place, setting: &Setting) -> Ended {
        let visit = Visit { peer: self, number, place, setting };
        let publisher = match visit.open().await {
            Ok(connection) => Publisher::over(connection),
            Err(ended) => return ended,
        };
        let outlet = publisher.outlet.clone();
        let ended = tokio::select! {
            ended = publisher.work() => ended,
            ended = visit.hear(outlet.clone()) => ended,
        };
        setting.link.tell_lost(outlet.lost(), &format_args!("{place}: {ended}"));
        ended
    }

    fn outlet(&self) -> Result<Outlet, ProviderError> {
        let state = self.state.lock();
        let first = state.servers.iter().find_map(|server| server.outlet.clone());
        first.ok_or_else(|| ProviderError::Unreachable(state.reason.clone()))
    }

    pub(super) async fn publish(&self, event: Envelope, form: Form) -> Result<(), ProviderError> {
        let topic = topic(&event.name)?;
        let command = publish(&topic, &form.write(event)?);
        self.outlet()?.send(command).await
    }

    pub(super) async fn publish_durably(&self, event: Envelope, form: Form) -> Result<(), ProviderError> {
        let topic = topic(&event.name)?;
        let command = publish(&topic, &form.write(event)?);
        self.outlet()?.send_and_wait(command).await
    }

    /// From now on, also after a connection has been made again.
    pub(super) async fn want(
        &self,
        subscription: &Subscription,
        form: Form,
        process: &str,
    ) -> Result<(), ProviderError> {
        let ear = Ear::of(subscription, process)?;
        let wanted = Wanted { subscription: subscription.clone(), ear, form };
        let mut heard = Vec::new();
        {
            let mut state = self.state.lock();
            if state.wanted.iter().any(|known| known.subscription == *subscription) {
                return Ok(());
            }
            state.wanted.push(wanted.clone());
            for orders in state.servers.iter().filter_map(|server| server.orders.as_ref()) {
                let (done, is_heard) = oneshot::channel();
                let _or_the_visit_ends = orders.send(Order::Hear(wanted.clone(), done));
                heard.push(is_heard);
            }
        }
        for is_heard in heard {
            // Without a connection it is heard as soon as there is one.
            if timeout(PATIENCE, is_heard).await.is_err() {
                return Err(ProviderError::Unreachable("nsqd does not answer".to_owned()));
            }
        }
        Ok(())
    }

    pub(super) fn no_longer(&self, subscription: &Subscription) {
        let mut state = self.state.lock();
        state.wanted.retain(|known| known.subscription != *subscription);
        for orders in state.servers.iter().filter_map(|server| server.orders.as_ref()) {
            let _or_the_visit_ends = orders.send(Order::Forget(subscription.clone()));
        }
    }

    /// Ends when all that was sent has been confirmed.
    pub(super) async fn stop(&self) {
        let (outlets, tasks) = {
            let mut state = self.state.lock();
            let outlets: Vec<_> = state.servers.iter().filter_map(|server| server.outlet.clone()).collect();
            let tasks: Vec<_> = state.servers.iter_mut().filter_map(|server| server.task.take()).collect();
            (outlets, Parting(tasks))
        };
        let left = async {
            for outlet in &outlets {
                outlet.emptied().await;
            }
        };
        if timeout(FAREWELL, left).await.is_err() {
            tracing::warn!(target: "looselycoupled", "whether all that was sent has come to nsqd is not known");
        }
        self.stopping.send_replace(true);
        let mut tasks = tasks;
        let ended = async {
            for task in &mut tasks.0 {
                let _or_it_was_aborted = task.await;
            }
        };
        let has_connection = !outlets.is_empty();
        if has_connection {
            let _it_is_aborted_then = timeout(FAREWELL, ended).await;
        }
        tasks.0.iter().for_each(JoinHandle::abort);
        let mut state = self.state.lock();
        state.servers.clear();
    }
}

/// Dropped, also where the end is cut off, it ends the connections.
struct Parting(Vec<JoinHandle<()>>);

impl Drop for Parting {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// What goes on at one nsqd while there is a connection.
struct Visit<'a> {
    peer: &'a Peer,
    number: usize,
    place: &'a Place,
    setting: &'a Setting,
}

/// The channels that are heard.
#[derive(Default)]
struct Heard {
    tasks: JoinSet<Ended>,
    known: Vec<(Subscription, AbortHandle)>,
}

impl Visit<'_> {
    async fn open(&self) -> Result<Connection, Ended> {
        let Setting { link, secret } = self.setting;
        Connection::open(self.place, link.process(), secret.as_deref()).await
    }

    async fn listen(&self, heard: &mut Heard, wanted: Wanted) -> Result<(), Ended> {
        let subscription = wanted.subscription.clone();
        let consumer = Consumer::over(self.open().await?, wanted, self.place.to_string()).await?;
        let (link, stopping) = (self.setting.link.clone(), self.peer.stopping.subscribe());
        let task = heard.tasks.spawn(consumer.work(link, stopping));
        heard.known.push((subscription, task));
        Ok(())
    }

    /// Hears what is wanted, and then lets events leave.
    async fn hear(&self, outlet: Outlet) -> Ended {
        let (orders, ordered) = unbounded_channel();
        let wanted = {
            let mut state = self.peer.state.lock();
            let Some(server) = state.servers.get_mut(self.number) else { return Ended::Left };
            server.orders = Some(orders);
            state.wanted.clone()
        };
        let mut heard = Heard::default();
        for one in wanted {
            if let Err(ended) = self.listen(&mut heard, one).await {
                return ended;
            }
        }
        {
            let mut state = self.peer.state.lock();
            let Some(server) = state.servers.get_mut(self.number) else { return Ended::Left };
            server.outlet = Some(outlet);
            if std::mem::take(&mut server.is_told) {
                tracing::info!(target: "looselycoupled", "nsqd at {} is there again", self.place);
            }
            self.setting.link.tell_state(ProviderState::Connected, None);
        }
        self.obey(heard, ordered).await
    }

    async fn obey(&self, mut heard: Heard, mut ordered: UnboundedReceiver<Order>) -> Ended {
        let mut stopping = self.peer.stopping.subscribe();
        loop {
            tokio::select! {
                Some(order) = ordered.recv() => match order {
                    Order::Hear(wanted, done) => {
                        if let Err(ended) = self.listen(&mut heard, wanted).await {
                            return ended;
                        }
                        let _nobody_waits = done.send(());
                    }
                    Order::Forget(subscription) => heard.forget(&subscription),
                },
                Some(ended) = heard.tasks.join_next_with_id() => {
                    if let Some(ended) = heard.ended(ended) {
                        return ended;
                    }
                }
                () = stopped(&mut stopping) => {
                    while heard.tasks.join_next().await.is_some() {}
                    return Ended::Left;
                }
            }
        }
    }
}

/// Ready when the application ends.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _it_outlives_this = stopping.wait_for(|stops| *stops).await;
}

impl Heard {
    fn forget(&mut self, subscription: &Subscription) {
        self.known.retain(|(known, task)| {
            let is_other = known != subscription;
            if !is_other {
                task.abort();
            }
            is_other
        });
    }

    /// Why one ended that was still wanted.
    fn ended(&self, ended: Result<(Id, Ended), JoinError>) -> Option<Ended> {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let is_wanted = self.known.iter().any(|(_, task)| task.id() == id);
        is_wanted.then(|| ended.map_or(Ended::Closed, |(_, ended)| ended))
    }
}
