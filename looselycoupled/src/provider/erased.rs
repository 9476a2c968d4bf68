//! Providers whose types have been forgotten.

use std::future::Future;
use std::pin::Pin;

use super::{Answer, Capabilities, Envelope, Link, Provider, ProviderError, Subscription};
use crate::sync::Arc;

type Done<'a, T = ()> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// A [`Provider`] of whatever type.
pub(crate) trait ErasedProvider: Send + Sync {
    fn kind(&self) -> &'static str;
    fn capabilities(&self) -> Capabilities;
    fn start(&self, link: Link) -> Done<'_>;
    fn publish(&self, event: Envelope) -> Done<'_>;
    fn publish_durably(&self, event: Envelope) -> Done<'_>;
    fn subscribe<'a>(&'a self, subscription: &'a Subscription) -> Done<'a>;
    fn unsubscribe<'a>(&'a self, subscription: &'a Subscription) -> Done<'a>;
    fn serve<'a>(&'a self, module: &'a str) -> Done<'a>;
    fn withdraw<'a>(&'a self, module: &'a str) -> Done<'a>;
    fn request(&self, call: Envelope) -> Done<'_, Answer>;
    fn stop(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

impl std::fmt::Debug for dyn ErasedProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("kind", &self.kind()).finish_non_exhaustive()
    }
}

impl<P: Provider> ErasedProvider for P {
    fn kind(&self) -> &'static str {
        Provider::kind(self)
    }

    fn capabilities(&self) -> Capabilities {
        Provider::capabilities(self)
    }

    fn start(&self, link: Link) -> Done<'_> {
        Box::pin(Provider::start(self, link))
    }

    fn publish(&self, event: Envelope) -> Done<'_> {
        Box::pin(Provider::publish(self, event))
    }

    fn publish_durably(&self, event: Envelope) -> Done<'_> {
        Box::pin(Provider::publish_durably(self, event))
    }

    fn subscribe<'a>(&'a self, subscription: &'a Subscription) -> Done<'a> {
        Box::pin(Provider::subscribe(self, subscription))
    }

    fn unsubscribe<'a>(&'a self, subscription: &'a Subscription) -> Done<'a> {
        Box::pin(Provider::unsubscribe(self, subscription))
    }

    fn serve<'a>(&'a self, module: &'a str) -> Done<'a> {
        Box::pin(Provider::serve(self, module))
    }

    fn withdraw<'a>(&'a self, module: &'a str) -> Done<'a> {
        Box::pin(Provider::withdraw(self, module))
    }

    fn request(&self, call: Envelope) -> Done<'_, Answer> {
        Box::pin(Provider::request(self, call))
    }

    fn stop(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(Provider::stop(self))
    }
}

pub(crate) fn erase(provider: impl Provider) -> Arc<dyn ErasedProvider> {
    Arc::new(provider)
}
