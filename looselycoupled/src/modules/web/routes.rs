//! Pages that modules add.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warp::filters::BoxedFilter;
use warp::reply::{Reply, Response};
use warp::{Filter, Rejection};

use super::access::Visitor;
use crate::prelude::*;

/// Paths that the server keeps for itself.
const OWN: [&str; 5] = ["api", "health", "login", "logout", "metrics"];

/// What is below a path: a filter of [`warp`], for [`WebStub::mount`](super::WebStub::mount).
///
/// The filter sees the whole path, the one that it is mounted at included. It is asked by whoever has passed what every request has
/// to pass (see the [module](super)), and, unless it is [for everybody](Self::for_everybody), has logged in where users or a
/// token are configured.
///
/// A WebSocket of a filter is its own: it counts as a connection, but goes on when the session of whoever opened it ends. When the server ends
/// it has a second to end by itself, as a module knows by [`Context::no_longer_active`], and is cut off then, which the log tells.
///
/// # Examples
///
/// ```
/// use looselycoupled::modules::web::{Routes, warp};
/// use warp::Filter;
///
/// let lamps = warp::path!("lamps" / String).map(|name| format!("the lamp is called {name}"));
/// let routes = Routes::new("lamps", lamps);
/// # assert_eq!(routes.path(), "lamps");
/// ```
#[derive(Clone)]
pub struct Routes {
    path: String,
    filter: BoxedFilter<(Response,)>,
    is_public: bool,
    is_home: bool,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Routes {
    /// All paths that begin with these segments, `lamps` or `house/lamps`; the empty text is for all that nobody else answers.
    pub fn new<F, R>(path: &str, filter: F) -> Self
    where
        F: Filter<Extract = (R,)> + Clone + Send + Sync + 'static,
        F::Error: Into<Rejection>,
        R: Reply + 'static,
    {
        // Without the type being forgotten here, rustc finds the response "not general enough" further on.
        let filter = filter.map(|reply: R| reply.into_response()).boxed();
        Self { path: path.trim_matches('/').to_owned(), filter, is_public: false, is_home: false }
    }

    /// Nobody needs to log in for them.
    #[must_use]
    pub fn for_everybody(self) -> Self {
        Self { is_public: true, ..self }
    }

    /// The path `/` leads here, unless somebody has mounted routes at it.
    #[must_use]
    pub fn as_home(self) -> Self {
        Self { is_home: true, ..self }
    }

    /// What all of them begin with, without slashes at the ends.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(super) const fn is_public(&self) -> bool {
        self.is_public
    }

    pub(super) fn filter(&self) -> BoxedFilter<(Response,)> {
        self.filter.clone()
    }
}

/// Who asks, for filters of [`Routes`].
#[must_use]
pub fn visitor() -> impl Filter<Extract = (Visitor,), Error = Rejection> + Copy {
    warp::ext::get::<Visitor>()
}

/// The way into the application, for filters of [`Routes`]: it acts in the name of the module [`Web`](super::Web).
#[must_use]
pub fn application() -> impl Filter<Extract = (Handle,), Error = Rejection> + Clone {
    warp::ext::get::<Application>().map(|Application(handle)| handle)
}

/// Lies with each request.
#[derive(Clone)]
pub(super) struct Application(pub(super) Handle);

/// Why routes were not mounted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MountError {
    /// The server itself answers there.
    #[error("`/{path}` belongs to the server itself; mount it at another path")]
    Own {
        /// What was asked for.
        path: String,
    },
    /// The path is none.
    #[error(
        "`{path}` is no path: segments of letters, digits, `-`, `_`, `.` and `~`, with one `/` between two"
    )]
    BadPath {
        /// What was asked for.
        path: String,
    },
    /// Another module answers there.
    #[error("`{owner}` has mounted its routes at `/{path}`; mount these at another path")]
    Taken {
        /// What was asked for.
        path: String,
        /// Who is there.
        owner: String,
    },
}

#[derive(Debug)]
struct Mounted {
    owner: Option<Arc<str>>,
    routes: Routes,
}

/// All that is mounted.
#[derive(Debug, Default)]
pub(super) struct Mounts(Mutex<Vec<Mounted>>);

impl Mounts {
    fn lock(&self) -> MutexGuard<'_, Vec<Mounted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Routes of the same module at the same path give way: it has been made again.
    pub(super) fn add(&self, owner: Option<Arc<str>>, routes: Routes) -> Result<(), MountError> {
        let path = routes.path.clone();
        check(&path)?;
        let mut mounted = self.lock();
        if let Some(known) = mounted.iter_mut().find(|known| known.routes.path == path) {
            if known.owner != owner {
                let owner = known.owner.as_deref().unwrap_or("somebody outside of every module").to_owned();
                return Err(MountError::Taken { path, owner });
            }
            known.routes = routes;
        } else {
            mounted.push(Mounted { owner, routes });
            // The longest first, so that the first that fits is the nearest.
            mounted.sort_by_key(|known| std::cmp::Reverse(known.routes.path.len()));
        }
        Ok(())
    }

    /// True: they were there, and were the owner's.
    pub(super) fn remove(&self, owner: Option<&str>, path: &str) -> bool {
        let (mut mounted, path) = (self.lock(), path.trim_matches('/'));
        let before = mounted.len();
        mounted.retain(|known| known.routes.path != path || known.owner.as_deref() != owner);
        mounted.len() < before
    }

    pub(super) fn find(&self, path: &str) -> Option<Routes> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let is_below = |mounted: &&Mounted| {
            let rest = path.strip_prefix(&mounted.routes.path);
            rest.is_some_and(|rest| {
                mounted.routes.path.is_empty() || rest.is_empty() || rest.starts_with('/')
            })
        };
        self.lock().iter().find(is_below).map(|mounted| mounted.routes.clone())
    }

    /// Where `/` leads, if nobody answers there.
    pub(super) fn home(&self) -> Option<String> {
        let mounted = self.lock();
        let home = mounted.iter().find(|known| known.routes.is_home)?;
        Some(format!("/{}/", home.routes.path))
    }

    /// The paths, in the order of the alphabet.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths: Vec<_> = self.lock().iter().map(|known| format!("/{}", known.routes.path)).collect();
        paths.sort();
        paths
    }
}

/// Refuses what nobody can mount routes at, without slashes at the ends.
pub(in crate::modules) fn check(path: &str) -> Result<(), MountError> {
    if !path.is_empty() && !path.split('/').all(is_segment) {
        return Err(MountError::BadPath { path: path.to_owned() });
    }
    if path.split('/').next().is_some_and(|first| OWN.contains(&first)) {
        return Err(MountError::Own { path: path.to_owned() });
    }
    Ok(())
}

fn is_segment(segment: &str) -> bool {
    let is_sign = |sign: u8| sign.is_ascii_alphanumeric() || b"-_.~".contains(&sign);
    !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(is_sign)
}
