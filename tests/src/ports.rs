//! Ports at which nobody listens.

/// One at which nobody listens just now. The system gives others to whoever asks next, so it stays free for a while.
#[must_use]
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("localhost", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
