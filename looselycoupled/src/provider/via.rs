//! By which provider an event goes, and on which terms.

/// By which provider an event goes, and on which terms. A provider's name alone stands for the usual ones: every process that has
/// the route hears every event that comes while it is connected.
///
/// Events on other terms are handed over to the provider: it decides who hears them, also in the process that sends them.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::provider::{Local, Via};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder()
///     .process("billing-1")
///     .provider("shop", Local::connect("shop"))
///     .route_event("order", Via::provider("shop").in_group("billing"))
///     .route_event("price_list", "shop")
///     .start()
///     .await?;
/// # app.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    pub(crate) provider: String,
    pub(crate) group: Option<String>,
    /// Otherwise as the event's type says.
    pub(crate) is_durable: Option<bool>,
}

impl Via {
    /// By the provider of this name.
    #[must_use]
    pub fn provider(name: &str) -> Self {
        Self { provider: name.to_owned(), group: None, is_durable: None }
    }

    /// Each event is heard by one of the processes that state the same group, rather than by all.
    #[must_use]
    pub fn in_group(self, group: &str) -> Self {
        Self { group: Some(group.to_owned()), ..self }
    }

    /// Each event is kept for every process, or every group, that has once had this route, until it has been handled there.
    /// [`trigger`](crate::Handle::trigger) is ready when the provider has confirmed that it keeps the event. So it is without saying if the event's
    /// type says so: `#[event(durable)]`.
    #[must_use]
    pub fn durable(self) -> Self {
        Self { is_durable: Some(true), ..self }
    }
}

impl From<&str> for Via {
    fn from(provider: &str) -> Self {
        Self::provider(provider)
    }
}
