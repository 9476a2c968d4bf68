//! One connection: a request, its answer, and not more time than that takes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::access::Credentials;
use super::certificate::Certificate;
use super::pages;
use super::shared::Shared;
use crate::Handle;

/// For the handshake, and again for the header of the request.
const OPENING: Duration = Duration::from_secs(5);

/// For all of it: whoever reads slower than that would hold its place for ever.
const EXCHANGE: Duration = Duration::from_secs(30);

/// What every connection needs.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) handle: Handle,
    pub(super) shared: Arc<Shared>,
    pub(super) access: Option<Credentials>,
    pub(super) certificate: Option<Certificate>,
}

/// Ends when the request is answered, the client goes, or its time is over.
pub(super) async fn attend(desk: Arc<Desk>, stream: TcpStream, watcher: Watcher) {
    let exchange = async {
        let Some(certificate) = &desk.certificate else { return converse(&desk, stream, watcher).await };
        let tls = TlsAcceptor::from(certificate.latest(&desk.shared.reloads).await);
        match timeout(OPENING, tls.accept(stream)).await {
            Ok(Ok(stream)) => converse(&desk, stream, watcher).await,
            Ok(Err(error)) => tracing::debug!("a client of the metrics and its handshake: {error}"),
            Err(_) => tracing::debug!("a client of the metrics did not end its handshake in time"),
        }
    };
    if timeout(EXCHANGE, exchange).await.is_err() {
        tracing::warn!("a client of the metrics took longer than {EXCHANGE:?} and was cut off");
    }
}

async fn converse<S>(desk: &Arc<Desk>, stream: S, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let desk = Arc::clone(desk);
    // Not by warp's filters: its path panics for requests that have none, such as `CONNECT`.
    let answer = service_fn(move |request: Request<Incoming>| {
        let answer = pages::answer(&desk, request.method(), request.uri().path(), request.headers());
        async { Ok::<_, Infallible>(answer) }
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(OPENING)
        .serve_connection(TokioIo::new(stream), answer);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!("a client of the metrics: {error}");
    }
}
