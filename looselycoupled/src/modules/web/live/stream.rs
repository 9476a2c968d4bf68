//! Events as a response that goes on: server-sent events.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use futures_util::StreamExt;
use warp::reply::{Reply, Response};
use warp::sse::Event;

use super::super::problem::Problem;
use super::feeds::Feeds;
use super::hub::Hub;

/// Ends when the client goes, or `ends` does.
pub(in crate::modules::web) fn stream(
    hub: &Hub,
    patterns: &[String],
    ends: impl Future<Output = ()> + Send + Sync + 'static,
) -> Result<Response, Problem> {
    let mut feeds = Feeds::default();
    patterns.iter().try_for_each(|pattern| feeds.add(hub, pattern))?;
    let ends: Pin<Box<dyn Future<Output = ()> + Send + Sync>> = Box::pin(ends);
    let events = feeds
        .map(|frame| Ok::<_, Infallible>(Event::default().event(frame.kind).data(&*frame.text)))
        .take_until(ends);
    Ok(warp::sse::reply(warp::sse::keep_alive().stream(events)).into_response())
}
