//! One connection: its requests, their answers, and not more time than that takes.

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use warp::reply::Response;

use super::transport::Transport;
use super::{Certificate, Manners, Reloads};

/// Who answers requests.
pub(in crate::modules) trait Answers: Send + Sync + 'static {
    fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> impl Future<Output = Response> + Send;

    fn reloads(&self) -> &Reloads;

    /// Nobody listens any more; connections go on for a moment.
    fn closed(&self);
}

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(in crate::modules) struct Peer {
    #[cfg_attr(not(feature = "web"), expect(dead_code, reason = "for limits"))]
    pub(in crate::modules) address: IpAddr,
    #[cfg_attr(not(feature = "web"), expect(dead_code, reason = "for cookies"))]
    pub(in crate::modules) is_encrypted: bool,
}

/// Becomes true when no connection is to take another request.
pub(super) type Ending = watch::Receiver<bool>;

/// What every connection needs.
#[derive(Debug)]
pub(super) struct Desk<A> {
    pub(super) manners: Manners,
    pub(super) answers: Arc<A>,
    pub(super) certificate: Option<Certificate>,
}

/// Ends when all is answered, the client goes, or its time is over.
pub(super) async fn attend<A: Answers>(
    desk: Arc<Desk<A>>,
    stream: Transport,
    address: IpAddr,
    ending: Ending,
) {
    let Manners { what, opening, exchange, .. } = desk.manners;
    let served = async {
        let Some(certificate) = &desk.certificate else {
            let peer = Peer { address, is_encrypted: false };
            return converse(&desk, stream, peer, ending).await;
        };
        let tls = TlsAcceptor::from(certificate.latest(desk.answers.reloads()).await);
        match timeout(opening, tls.accept(stream)).await {
            Ok(Ok(stream)) => converse(&desk, stream, Peer { address, is_encrypted: true }, ending).await,
            Ok(Err(error)) => tracing::debug!("a client of {what} and its handshake: {error}"),
            Err(_) => tracing::debug!("a client of {what} did not end its handshake in time"),
        }
    };
    let Some(exchange) = exchange else { return served.await };
    if timeout(exchange, served).await.is_err() {
        tracing::warn!("a client of {what} took longer than {exchange:?} and was cut off");
    }
}

async fn converse<A, S>(desk: &Arc<Desk<A>>, stream: S, peer: Peer, mut ending: Ending)
where
    A: Answers,
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let Manners { what, opening, exchange, stall, .. } = desk.manners;
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(stall));
    let stream: Pin<Box<TimeoutStream<S>>> = Box::pin(stream);
    let answers = Arc::clone(&desk.answers);
    let answer = service_fn(move |request: Request<Incoming>| {
        let answers = Arc::clone(&answers);
        async move { Ok::<_, Infallible>(answers.answer(request, &peer).await) }
    });
    let connection = http1::Builder::new()
        .keep_alive(exchange.is_none())
        // Who has one request may close its half; elsewhere it means that the client is gone, and so is what it asked for.
        .half_close(exchange.is_some())
        .timer(TokioTimer::new())
        .header_read_timeout(opening)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    let told_to_end = async move { ending.wait_for(|ends| *ends).await.map(drop) };
    let served = tokio::select! {
        biased;
        served = connection.as_mut() => served,
        _ = told_to_end => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!("a client of {what}: {error}");
    }
}

/// Tells a client that there is no room for it.
pub(super) async fn turn_away<A>(desk: &Desk<A>, mut stream: TcpStream) {
    const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\n\
        content-type: text/plain\r\ncontent-length: 35\r\n\r\nthere are too many connections now\n";
    // Whoever wants to speak TLS would not understand.
    if desk.certificate.is_none() {
        let _it_may_be_gone = timeout(desk.manners.opening, stream.write_all(FULL)).await;
    }
}
