//! A page that shows an application live: its modules, calls, events and queues, and lets one call and send from there.
//!
//! With the feature `console` an application lists the module beside [`Web`](super::web::Web), which serves the page:
//!
//! ```yaml
//! looselycoupled:
//!   modules: { web: Web, console: Console }
//! ```
//!
//! From then on it is at `http://127.0.0.1:8080/console/`, and `/` leads there unless another module has mounted routes at `/`.
//!
//! ```
//! use looselycoupled::modules::console::Console;
//! use looselycoupled::modules::web::Web;
//! use looselycoupled::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let nowhere = looselycoupled::config::Config::parse("web: { port: 0 }", "config.yaml")?;
//! let app = App::builder()
//!     .module("web", Web::default())
//!     .module("console", Console::default())
//! #     .config(nowhere)
//!     .start()
//!     .await?;
//! # app.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! | tab | shows |
//! |---|---|
//! | Overview | modules with their states, rates, latencies and failures; lints; what was lost; inputs of a simulated GPIO chip, which can be pushed |
//! | Tasks | each task with its documentation, a form made of its schema, its result, and the same call as Rust, as curl and as JSON |
//! | Events | events as they come: pause, filter, content as a tree, all that belongs to one transaction; a form that sends one |
//! | Queues | what waits in each event loop by priority, and how long it waits |
//! | Graph | who calls and notifies whom, how often |
//! | Config | settings and where each comes from; secrets are not shown |
//! | Log | the last lines; the level of each module can be changed while it runs |
//!
//! It is made of files that are part of the program: no other server is asked for anything. The page holds no data itself, so everybody
//! who reaches the server may load it; what it shows comes from the [API of `Web`](super::web), and with users the page asks for
//! a login first. Keys: `?` shows them.
//!
//! # The section of an instance
//!
//! | key | default | |
//! |---|---|---|
//! | `web` | `web` | the instance of `Web` that serves the page |
//! | `path` | `console` | the path of the page |

mod assets;

use warp::Filter;

use super::web::{MountError, Routes, WebStub, check_path, warp};
use crate::prelude::*;

/// What the section of an instance says; each key is described in the [documentation of the module](self).
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ConsoleConfig {
    /// The instance of [`Web`](super::web::Web) that serves the page.
    pub web: String,
    /// The path of the page.
    pub path: String,
}

impl Default for ConsoleConfig {
    fn default() -> Self {
        Self { web: "web".to_owned(), path: "console".to_owned() }
    }
}

/// What may fail at the start.
#[derive(Debug, thiserror::Error)]
enum OpenError {
    #[error(transparent)]
    NoServer(#[from] CallError),
    #[error("`{section}.path` is no use: {source}")]
    Path { section: String, source: MountError },
}

impl ConsoleConfig {
    fn base(&self) -> &str {
        self.path.trim_matches('/')
    }
}

/// The module: adds the page to a [`Web`](super::web::Web).
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Console {}

/// Adds a page to the web server that shows the application live.
#[module(config = ConsoleConfig)]
impl Console {
    /// Without a server, or a path on it, there is no page, which the start is to say.
    #[initialize]
    fn look(&self, ctx: &Context) -> Result<(), OpenError> {
        let config = ctx.config::<Self>();
        let path = |source| OpenError::Path { section: ctx.name().to_owned(), source };
        check_path(config.base()).map_err(path)?;
        Ok(ctx.stub::<WebStub>(&config.web).map(drop)?)
    }

    #[run]
    async fn mount(ctx: Context) -> Result<()> {
        let config = ctx.config::<Self>();
        let web: WebStub = ctx.stub(&config.web)?;
        let base = config.base().to_owned();
        let below = format!("/{base}");
        let pages = warp::path::full().and(warp::method()).and(warp::header::optional("if-none-match")).map(
            move |path: warp::path::FullPath, method, known: Option<String>| {
                assets::answer(&below, path.as_str(), &method, known.as_deref())
            },
        );
        web.mount(Routes::new(&base, pages).for_everybody().as_home()).await.map_err(Error::other)?;
        Ok(())
    }
}
