//! One WebSocket.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_tungstenite::tungstenite::Error as Fault;
use warp::ws::{Message, WebSocket};

use super::super::access::Visitor;
use super::super::desk::Desk;
use super::super::problem::{Problem, Refusal};
use super::feeds::Feeds;
use super::frames::Frame;
use super::requests::{Act, Request, perform, read};

/// How often a client is asked whether it is still there; one that does not answer twice is not.
const PING: Duration = Duration::from_secs(20);

/// How many calls of one client may be on their way.
const CALLS: usize = 64;

/// How many frames are written before somebody else has his turn.
const BATCH: usize = 64;

/// What a WebSocket needs.
pub(in crate::modules::web) struct Seat {
    pub(in crate::modules::web) desk: Arc<Desk>,
    /// Who it is.
    pub(in crate::modules::web) visitor: Visitor,
    /// Its token, if somebody has logged in by one.
    pub(in crate::modules::web) session: Option<String>,
    pub(in crate::modules::web) ending: watch::Receiver<bool>,
}

/// What is left to do after a step.
enum Next {
    Go,
    /// The client has gone.
    End,
    SendAway(Farewell),
}

/// The last that a client is told, as RFC 6455 § 7.4 numbers it.
struct Farewell {
    code: u16,
    reason: String,
}

impl Farewell {
    const GOING: u16 = 1001;
    const PROTOCOL: u16 = 1002;
    const NO_TEXT: u16 = 1007;
    const POLICY: u16 = 1008;
    const TOO_LARGE: u16 = 1009;

    /// How many bytes a frame has for a reason.
    const ROOM: usize = 123;

    fn new(code: u16, reason: &str) -> Self {
        let end = reason.floor_char_boundary(Self::ROOM);
        Self { code, reason: reason[..end].to_owned() }
    }

    /// `warp` passes on what the connection says as its cause.
    fn after(error: &warp::Error) -> Self {
        let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
        let code = match cause {
            Some(Fault::Capacity(_)) => Self::TOO_LARGE,
            Some(Fault::Utf8(_)) => Self::NO_TEXT,
            _ => Self::PROTOCOL,
        };
        Self::new(code, &error.to_string())
    }
}

struct Visit {
    seat: Seat,
    socket: WebSocket,
    feeds: Feeds,
    acts: JoinSet<Json>,
    heard_at: Instant,
}

/// Ends when the client goes, or its session or the server ends. What the client has called and not yet been told goes with it.
pub(in crate::modules::web) async fn attend(seat: Seat, socket: WebSocket) {
    let (feeds, acts) = (Feeds::default(), JoinSet::new());
    let mut ending = seat.ending.clone();
    let session_ends = seat.desk.session_ends(seat.session.clone());
    let mut visit = Visit { seat, socket, feeds, acts, heard_at: Instant::now() };
    let farewell = tokio::select! {
        biased;
        _ = ending.wait_for(|ends| *ends) => Some(Farewell::new(Farewell::GOING, "the server ends")),
        () = session_ends => Some(Farewell::new(Farewell::POLICY, "the session has ended")),
        farewell = visit.converse() => farewell,
    };
    let Some(Farewell { code, reason }) = farewell else { return };
    let farewell = visit.socket.send(Message::close_with(code, reason));
    let _it_may_be_gone = tokio::time::timeout(Duration::from_millis(500), farewell).await;
}

impl Visit {
    /// What the client is still to be told, if it is there.
    async fn converse(&mut self) -> Option<Farewell> {
        let mut beat = interval_at(Instant::now() + PING, PING);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let next = tokio::select! {
                said = self.socket.next() => match said {
                    Some(Ok(message)) => self.hear(&message).await,
                    Some(Err(error)) => Err(error),
                    None => Ok(Next::End),
                },
                frame = self.feeds.next() => self.pass_on(frame).await,
                Some(done) = self.acts.join_next() => match done {
                    Ok(answer) => self.say(&answer).await.map(|()| Next::Go),
                    Err(_) => Ok(Next::Go),
                },
                _ = beat.tick() => self.ask().await,
            };
            match next {
                Ok(Next::Go) => {}
                Ok(Next::End) => return None,
                Ok(Next::SendAway(farewell)) => return Some(farewell),
                Err(error) => {
                    tracing::debug!("a WebSocket: {error}");
                    return Some(Farewell::after(&error));
                }
            }
        }
    }

    /// Writes what has come together, and sends it off at once.
    async fn pass_on(&mut self, first: Frame) -> Result<Next, warp::Error> {
        self.socket.feed(Message::text(&*first.text)).await?;
        for _ in 1..BATCH {
            let Some(frame) = self.feeds.next_now() else { break };
            self.socket.feed(Message::text(&*frame.text)).await?;
        }
        self.socket.flush().await?;
        Ok(Next::Go)
    }

    async fn ask(&mut self) -> Result<Next, warp::Error> {
        if self.heard_at.elapsed() > 2 * PING {
            return Ok(Next::End);
        }
        self.socket.send(Message::ping(Vec::new())).await?;
        Ok(Next::Go)
    }

    async fn say(&mut self, frame: &Json) -> Result<(), warp::Error> {
        self.socket.send(Message::text(frame.to_string())).await
    }

    async fn hear(&mut self, message: &Message) -> Result<Next, warp::Error> {
        self.heard_at = Instant::now();
        if message.is_close() {
            // Its answer is written by closing; without one, a browser takes the connection for broken.
            let _it_may_be_gone = SinkExt::close(&mut self.socket).await;
            return Ok(Next::End);
        }
        if message.is_ping() {
            // Its answer is on its way already, and nothing but the rate bounds how many there are.
            let away = |problem: Problem| Next::SendAway(Farewell::new(Farewell::POLICY, problem.detail()));
            return Ok(self.admit().map_or_else(away, |()| Next::Go));
        }
        let (id, request) = match message.to_str() {
            Ok(text) => read(text),
            Err(()) if message.is_binary() => {
                (None, Err(Problem::new(Refusal::Malformed, "frames are text")))
            }
            Err(()) => return Ok(Next::Go),
        };
        let admitted = self.admit();
        let answer = match admitted.and(request) {
            Ok(Request::Act(act)) => self.begin(id, act),
            Ok(request) => self.answer(request).map(|answer| named(id, answer)),
            Err(problem) => Some(refused(id, &problem)),
        };
        if let Some(answer) = answer {
            self.say(&answer).await?;
        }
        Ok(Next::Go)
    }

    /// A frame is a use of the session, as a request is.
    fn admit(&self) -> Result<(), Problem> {
        let Seat { desk, visitor, session, .. } = &self.seat;
        desk.guard.count(visitor.address)?;
        let Some(token) = session else { return Ok(()) };
        let found = desk.shared.sessions.find(token, desk.guard.lifetime);
        let ended = || Problem::new(Refusal::NotLoggedIn, "the session has ended; log in again");
        found.map(drop).ok_or_else(ended)
    }

    fn answer(&mut self, request: Request) -> Option<Json> {
        match request {
            Request::Subscribe(event_name) => Some(match self.feeds.add(&self.seat.desk.hub, &event_name) {
                Ok(()) => json!({ "type": "subscribe_response", "event_name": event_name, "success": true }),
                Err(problem) => json!({
                    "type": "subscribe_response", "event_name": event_name, "success": false,
                    "message": problem.detail(),
                }),
            }),
            Request::Unsubscribe(event_name) => {
                let success = self.feeds.remove(&event_name);
                Some(json!({ "type": "unsubscribe_response", "event_name": event_name, "success": success }))
            }
            Request::Ping => Some(json!({ "type": "pong" })),
            Request::Act(_) => None,
        }
    }

    /// Others are heard meanwhile.
    fn begin(&mut self, id: Option<Json>, act: Act) -> Option<Json> {
        if self.acts.len() >= CALLS {
            let detail = format!("{CALLS} calls of this connection are on their way; wait for an answer");
            return Some(refused(id, &Problem::new(Refusal::TooMany, detail)));
        }
        let desk = Arc::clone(&self.seat.desk);
        desk.record(&self.seat.visitor, act.verb(), act.name());
        self.acts.spawn(async move {
            match perform(&desk.handle, act, desk.timeout).await {
                Ok(answer) => named(id, answer),
                Err(problem) => refused(id, &problem),
            }
        });
        None
    }
}

fn named(id: Option<Json>, mut frame: Json) -> Json {
    if let (Some(id), Json::Object(fields)) = (id, &mut frame) {
        fields.insert("id".to_owned(), id);
    }
    frame
}

fn refused(id: Option<Json>, problem: &Problem) -> Json {
    let message = problem.detail().to_owned();
    let problem = serde_json::to_value(problem).unwrap_or_default();
    named(id, json!({ "type": "error", "message": message, "problem": problem }))
}
