//! Messages of one channel on their way to those who hear them.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::task::TaskTracker;

use super::body::Form;
use super::connection::{Connection, Ended, Reader, Terms, Writer, said};
use super::frames::{
    CLOSE, HEARTBEAT, MessageId, NOTHING, Received, again, finish, ready_for, subscribe, touch,
};
use super::names::Ear;
use crate::address::quoted;
use crate::provider::envelope::{GROUP, ID, REDELIVERED};
use crate::provider::pauses::jittered;
use crate::provider::{Delivery, Envelope, Link, Subscription};
use crate::sync::{Arc, AtomicBool, Mutex, Ordering};

/// So many messages are under way to this process at most; what is handled at once comes in any number.
const READY: u32 = 256;

/// After so long a message comes again that could not be handled, and at most.
const FIRST_AGAIN: Duration = Duration::from_millis(500);
const LAST_AGAIN: Duration = Duration::from_secs(60);

/// How long it may take at the end to say what has been handled: by then all handlers have ended.
const LAST_HANDLED: Duration = Duration::from_millis(500);

/// How long nsqd may take at the end to let one go.
const FAREWELL: Duration = Duration::from_secs(1);

/// What is to be heard, and how it is read.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) subscription: Subscription,
    pub(super) ear: Ear,
    pub(super) form: Form,
}

/// What has come and has not been finished, and the words about it that are to be sent.
struct Flight {
    under_way: Mutex<BTreeSet<MessageId>>,
    /// A heart-beat is to be answered. One answer is enough, however many come meanwhile.
    is_beating: AtomicBool,
    leaving: UnboundedSender<Said>,
}

enum Said {
    Command(Bytes),
    Beat,
}

impl Flight {
    fn tell(&self, command: Bytes) {
        let _or_the_connection_has_ended = self.leaving.send(Said::Command(command));
    }

    fn beat(&self) {
        if !self.is_beating.swap(true, Ordering::Relaxed) {
            let _or_the_connection_has_ended = self.leaving.send(Said::Beat);
        }
    }

    fn end(&self, id: MessageId, command: Bytes) {
        self.under_way.lock().remove(&id);
        self.tell(command);
    }

    /// Those that are still being handled are not to come again.
    async fn touch_all(&self, terms: Terms) {
        let mut ticks = interval((terms.timeout / 3).max(Duration::from_millis(10)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let under_way = self.under_way.lock().clone();
            under_way.into_iter().for_each(|id| self.tell(touch(id)));
        }
    }
}

/// A connection that hears one channel.
pub(super) struct Consumer {
    wanted: Wanted,
    place: String,
    connection: Connection,
    ready: u32,
}

impl Consumer {
    pub(super) async fn over(
        mut connection: Connection,
        wanted: Wanted,
        place: String,
    ) -> Result<Self, Ended> {
        connection.ask(subscribe(&wanted.ear.topic, &wanted.ear.channel)).await?;
        let ready = READY.min(connection.terms.most_ready);
        connection.writer.write_all(&ready_for(ready)).await?;
        connection.writer.flush().await?;
        Ok(Self { wanted, place, connection, ready })
    }

    /// Until the connection ends, or it is to stop.
    pub(super) async fn work(self, link: Link, mut stopping: watch::Receiver<bool>) -> Ended {
        let Self { wanted, place, connection, ready } = self;
        let Connection { reader, writer, terms } = connection;
        let (leaving, commands) = unbounded_channel();
        let flight =
            Arc::new(Flight { under_way: Mutex::default(), is_beating: AtomicBool::new(false), leaving });
        let (arriving, arrived) = unbounded_channel();
        let acknowledging = TaskTracker::new();
        let hearing = Hearing { wanted, place, link, flight: Arc::clone(&flight), acknowledging };
        let mut ending = std::pin::pin!(async {
            let _it_outlives_this = stopping.wait_for(|stops| *stops).await.is_ok();
            flight.tell(ready_for(0));
            hearing.acknowledging.close();
            // Those whose handlers have not ended come again.
            let _some_are_left = timeout(LAST_HANDLED, hearing.acknowledging.wait()).await;
            flight.tell(CLOSE);
            // The reader ends when nsqd has read all that was said before.
            tokio::time::sleep(FAREWELL).await;
        });
        tokio::select! {
            ended = read(reader, &hearing, &arriving, ready) => ended,
            ended = write(writer, commands, &flight.is_beating) => ended,
            () = hearing.hand_on(arrived) => Ended::Left,
            () = flight.touch_all(terms) => Ended::Left,
            () = &mut ending => Ended::Left,
        }
    }
}

type Message = (MessageId, u16, Bytes);

async fn read(
    mut reader: Reader,
    hearing: &Hearing,
    arriving: &UnboundedSender<Message>,
    ready: u32,
) -> Ended {
    let flight = &hearing.flight;
    loop {
        match reader.next().await {
            Ok(Received::Response(said)) if said == HEARTBEAT => flight.beat(),
            Ok(Received::Response(said)) if said == b"CLOSE_WAIT".as_slice() => return Ended::Left,
            Ok(Received::Response(_)) => {}
            Ok(Received::Message(id, attempts, content)) => {
                let under_way = {
                    let mut under_way = flight.under_way.lock();
                    under_way.insert(id);
                    under_way.len()
                };
                // Some more may be on their way when they come again.
                if under_way > 4 * ready as usize {
                    return Ended::Refused("it sends more messages than it was asked for".to_owned());
                }
                // It ends with the connection only.
                let _ended = arriving.send((id, attempts, content));
            }
            Ok(Received::TooLong(id, bytes)) => {
                hearing.tell_unreadable(&format!("it takes {bytes} bytes"));
                // It would come again and again.
                flight.tell(finish(id));
            }
            // A message that has come again meanwhile cannot be finished any more; the connection stays.
            Ok(Received::Error(why)) if is_about_one_message(&why) => {
                tracing::debug!(target: "looselycoupled", "nsqd: {}", said(&why));
            }
            Ok(Received::Error(why)) => return Ended::Refused(said(&why)),
            Err(ended) => return ended,
        }
    }
}

fn is_about_one_message(why: &[u8]) -> bool {
    [b"E_FIN_FAILED".as_slice(), b"E_REQ_FAILED", b"E_TOUCH_FAILED"].iter().any(|one| why.starts_with(one))
}

async fn write(mut writer: Writer, mut commands: UnboundedReceiver<Said>, is_beating: &AtomicBool) -> Ended {
    while let Some(first) = commands.recv().await {
        let mut next = Some(first);
        while let Some(said) = next {
            let command = match said {
                Said::Command(command) => command,
                Said::Beat => {
                    is_beating.store(false, Ordering::Relaxed);
                    NOTHING
                }
            };
            if let Err(error) = writer.write_all(&command).await {
                return error.into();
            }
            next = commands.try_recv().ok();
        }
        if let Err(error) = writer.flush().await {
            return error.into();
        }
    }
    Ended::Left
}

struct Hearing {
    wanted: Wanted,
    place: String,
    link: Link,
    flight: Arc<Flight>,
    acknowledging: TaskTracker,
}

impl Hearing {
    /// One after the other, while heart-beats are answered.
    async fn hand_on(&self, mut arrived: UnboundedReceiver<Message>) {
        while let Some((id, attempts, content)) = arrived.recv().await {
            let event = match self.wanted.form.read(&self.wanted.subscription.event, &content) {
                Ok(event) => self.on_its_last_way(event, id, attempts),
                Err(why) => {
                    self.tell_unreadable(&why);
                    // It would never be readable.
                    self.flight.end(id, finish(id));
                    continue;
                }
            };
            if self.wanted.subscription.is_durable {
                let delivery = self.link.durable_event(event).await;
                let flight = Arc::clone(&self.flight);
                self.acknowledging.spawn(acknowledge(delivery, flight, id, attempts));
            } else {
                self.link.event(event).await;
                self.flight.end(id, finish(id));
            }
        }
    }

    fn on_its_last_way(&self, mut event: Envelope, id: MessageId, attempts: u16) -> Envelope {
        let Subscription { event: name, group, is_durable } = &self.wanted.subscription;
        let headers = &mut event.headers;
        if let Some(group) = group {
            *headers = std::mem::take(headers).with(GROUP, group);
        }
        if *is_durable && attempts > 1 {
            *headers = std::mem::take(headers).with(REDELIVERED, "yes");
        }
        // What others send is recognised by what nsqd calls it.
        if *is_durable && headers.get(ID).is_none() {
            let id = format!("{} {name} {}", self.place, id.text());
            *headers = std::mem::take(headers).with(ID, &id);
        }
        event
    }

    fn tell_unreadable(&self, why: &str) {
        self.link.tell_unreadable(&quoted(&self.wanted.subscription.event), &why);
    }
}

/// Tells nsqd when an event has been handled, or that it is to come again, later each time.
async fn acknowledge(delivery: Delivery, flight: Arc<Flight>, id: MessageId, attempts: u16) {
    if delivery.handled().await {
        return flight.end(id, finish(id));
    }
    let doublings = u32::from(attempts.saturating_sub(1)).min(7);
    let pause = jittered((FIRST_AGAIN * 2_u32.pow(doublings)).min(LAST_AGAIN));
    flight.end(id, again(id, pause.as_millis()));
}
