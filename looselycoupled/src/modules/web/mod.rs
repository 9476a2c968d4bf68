//! Tasks, events and the state of an application over HTTP and WebSockets, and pages of one's own.
//!
//! With the feature `web` an application lists the module like any other, in a file (`modules: { web: Web }`) or in code. From then on
//! whoever may can call its tasks and hear its events:
//!
//! ```text
//! curl -H 'content-type: application/json' -d '{"level": 40}' http://127.0.0.1:8080/api/v1/tasks/hall_lamp.set_level
//! curl -N 'http://127.0.0.1:8080/api/v1/events?pattern=**'
//! ```
//!
//! `docs/web.md` of the repository describes every address, the frames of the WebSocket, and the codes of errors.
//! [`Console`](super::console) adds a page that shows it all.
//!
//! # Pages of one's own
//!
//! [`Routes`] are filters of [`warp`]. An application gives them to the module that it lists, and a module adds them while it runs; that is
//! what a module's run hook is for, since it may call others then.
//!
//! ```
//! use looselycoupled::modules::web::warp::{self, Filter};
//! use looselycoupled::modules::web::{Routes, Web, WebStub, application};
//! use looselycoupled::prelude::*;
//!
//! #[derive(Default)]
//! struct Lamp {
//!     level: u8,
//! }
//!
//! #[module]
//! impl Lamp {
//!     #[task]
//!     fn level(&self) -> u8 {
//!         self.level
//!     }
//!
//!     #[run]
//!     async fn show(ctx: Context) -> Result<()> {
//!         let hello = warp::path!("lamp" / "hello").map(|| "a lamp");
//!         ctx.stub::<WebStub>("web")?.mount(Routes::new("lamp", hello)).await.map_err(Error::other)
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let nowhere = looselycoupled::config::Config::parse("web: { port: 0 }", "config.yaml")?;
//! let level = warp::path!("level").and(application()).then(async |application: Handle| {
//!     match application.exec_task("lamp.level", args! {}).await {
//!         Ok(level) => format!("{} %", level.value()),
//!         Err(error) => error.to_string(),
//!     }
//! });
//! let app = App::builder()
//!     .module("lamp", Lamp::default())
//!     .module("web", Web::default().routes(Routes::new("level", level)))
//! #     .config(nowhere)
//!     .start()
//!     .await?;
//! # app.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # The section of an instance
//!
//! | key | default | |
//! |---|---|---|
//! | `address` | `127.0.0.1` | the address to listen on; one that other machines reach needs users or a token |
//! | `port` | `8080` | the port; 0 takes any that is free, and the task `address` tells which |
//! | `hosts` | none | names by which it is reached, besides `localhost`, loopback addresses and `address` |
//! | `certificate_file`, `key_file` | none | PEM files of a chain and its key: with them it is HTTPS, and nothing else |
//! | `users` | none | who may log in: a name, and `password_hash` ([`hash_password`]), `password` or `password_file` |
//! | `token` or `token_file` | none | what programs send as `authorization: Bearer …` |
//! | `session` | `12h` | how long somebody stays logged in who does nothing; more than `0s` |
//! | `timeout` | `25s` | the time of calls that state none; more than `0s` |
//! | `body_limit` | 65,536 | bytes that a request may carry, and a frame of a WebSocket |
//! | `requests_per_second` | 1,000 | requests and frames that one address may send, for more than a moment |
//! | `connections` | 2,048 | how many there may be, as far as the process may have so many descriptors; the newest is told that there is no room |
//! | `buffer` | 1,024 | events that wait for a slow client, for each of its subscriptions; 65,536 at most |
//! | `stall` | `30s` | how long a client may read nothing of what is written to it; more than `0s` |
//! | `metrics` | `prometheus` | the instance of `Prometheus` whose text `/metrics` gives |
//! | `title` | the program's name | what the application is called |
//!
//! Files that are named and cannot be read, a port that is taken, half of a pair: each is a failed start that says so ([`ListenError`]).
//! A certificate that changes is used from the next connection on; one that cannot be used is told in the log, and the last good one stays.
//!
//! # Who may do what
//!
//! Without users and a token whoever reaches the server may do everything, so it listens on this machine only. With them, people log in (a
//! session in a cookie that scripts cannot read and other sites cannot send) and programs send the token. `/health` tells everybody
//! whether the application works.
//!
//! Browsers run pages of others on the same machine, and these are kept out whether there are users or not: a request has to mean this
//! server by its `Host`, its `Origin`, if it has one, has to be this server, what is sent has to be JSON, which other sites cannot send
//! unasked, and a change by a session carries `x-csrf-token`, which only pages of this server know.
//!
//! # What it costs the application
//!
//! Clients never wait for each other, and nothing of the application waits for them. What several of them hear is one subscription,
//! and each event is written as text once. Who reads too slowly misses the oldest, and is told how many (`gap`).
//! Calls act in the name of the module: in the graph of calls and in logs, `web` is who called.

mod access;
mod api;
mod calls;
mod config;
mod desk;
mod live;
mod pages;
mod patience;
mod problem;
mod routes;
mod shared;
mod time;

pub use access::{HashError, Visitor, hash_password};
pub use config::{UserConfig, WebConfig};
#[cfg(feature = "console")]
pub(super) use routes::check as check_path;
pub use routes::{MountError, Routes, application, visitor};
pub use warp;

pub use super::serving::ListenError;
use super::serving::{Crowd, Listener, Manners, serve};
use crate::prelude::*;
use access::{Guard, Users};
use desk::Desk;
use live::Hub;
use tokio::sync::watch;

/// For the handshake, and for the header of each request.
const OPENING: Duration = Duration::from_secs(30);

/// What may fail at the start.
#[derive(Debug, thiserror::Error)]
enum OpenError {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Mount(#[from] MountError),
}

/// The module: serves tasks, events and the state of the application, and what others add.
#[derive(Debug, Default)]
pub struct Web {
    /// Mounted as soon as the application starts.
    routes: Vec<Routes>,
}

impl Web {
    /// Adds routes that are there from the start on, and belong to no module.
    #[must_use]
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes.push(routes);
        self
    }
}

/// Serves tasks, events and the state of the application over HTTP and WebSockets, and pages that others add.
#[module(config = WebConfig)]
impl Web {
    /// Where it listens, as `address:port`.
    ///
    /// # Errors
    ///
    /// It does not listen, since a new instance of it could not.
    #[task]
    fn address(&self, ctx: &Context) -> Result<String, ListenError> {
        let shared = ctx.config::<Self>().shared();
        shared.standing.address().map(|address| address.to_string()).ok_or(ListenError::Deaf)
    }

    /// Adds routes in the name of the module that calls. Its routes at the same path, if there are any, give way.
    ///
    /// # Errors
    ///
    /// [`MountError`]: the path is none, or somebody else's.
    #[task(local)]
    fn mount(&self, ctx: &Context, routes: Routes) -> Result<(), MountError> {
        ctx.config::<Self>().shared().mounts.add(ctx.metadata().source, routes)
    }

    /// Takes routes away that the module that calls has added; false if there are none.
    #[task]
    fn unmount(&self, ctx: &Context, path: String) -> bool {
        ctx.config::<Self>().shared().mounts.remove(ctx.metadata().source.as_deref(), &path)
    }

    /// Binds here, so that what is wrong with it fails the start of the application.
    #[initialize]
    async fn listen(&self, ctx: &Context) -> Result<(), OpenError> {
        let (config, section) = (ctx.config::<Self>(), ctx.name());
        for routes in &self.routes {
            config.shared().mounts.add(None, routes.clone())?;
        }
        config.check(section)?;
        let users = Users::read(section, &config).await?;
        let token = config.token(section).read().await?;
        if users.is_empty() && token.is_none() && !config.address.to_canonical().is_loopback() {
            let (section, needed) = (section.to_owned(), "`users`, or `token` or `token_file`");
            return Err(ListenError::Unprotected { section, address: config.address, needed }.into());
        }
        let shared = config.shared();
        let listener = Listener::open(&config.place(section), "/", &shared.standing.reloads).await?;
        let guard = Guard::new(&config, &listener, users, token);
        shared.standing.open(listener, guard);
        Ok(())
    }

    #[run_passively]
    async fn serve(ctx: Context) {
        let config = ctx.config::<Self>();
        let shared = config.shared();
        let Some((listener, guard)) = shared.standing.take_over() else { return };
        let manners = Manners {
            what: "the web server",
            connections: connections(&config, ctx.name()),
            crowd: Crowd::NewestGoes,
            opening: OPENING,
            exchange: None,
            stall: config.stall,
        };
        let desk = Desk {
            name: ctx.name().to_owned(),
            handle: ctx.handle(),
            guard,
            hub: Hub::new(ctx.handle().as_outsider(), config.buffer.get()),
            shared,
            timeout: config.timeout,
            body_limit: config.body_limit.get(),
            metrics: config.metrics.clone(),
            title: config.title(),
            ending: watch::Sender::new(false),
        };
        serve(listener, manners, desk.into(), ctx.no_longer_passive()).await;
    }

    /// A start that failed elsewhere leaves a listener that nobody serves.
    #[finalize]
    fn close(&self, ctx: &Context) {
        ctx.config::<Self>().shared().standing.close();
    }
}

#[cfg(target_os = "linux")]
fn connections(config: &WebConfig, section: &str) -> usize {
    super::serving::room_for(config.connections.get(), section)
}

#[cfg(not(target_os = "linux"))]
fn connections(config: &WebConfig, _section: &str) -> usize {
    config.connections.get()
}
