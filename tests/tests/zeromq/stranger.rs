//! Somebody who speaks ZeroMQ byte by byte.

use looselycoupled_tests::within;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::House;

/// One end of a connection that has been greeted.
pub struct Stranger(pub UnixStream);

pub fn greeting() -> Vec<u8> {
    let mut greeting = b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL".to_vec();
    greeting.resize(64, 0);
    greeting
}

pub fn ready(side: &str) -> Vec<u8> {
    let body = [b"\x05READY\x0bSocket-Type\0\0\0\x03", side.as_bytes()].concat();
    [&[4, body.len() as u8], &*body].concat()
}

impl Stranger {
    async fn connect(house: &House, name: &str, side: &str) -> Self {
        let stream = UnixStream::connect(house.0.path(name)).await.unwrap();
        Self(stream).greeted(side).await
    }

    /// Greets, and is greeted.
    pub async fn greeted(mut self, side: &str) -> Self {
        self.0.write_all(&[greeting(), ready(side)].concat()).await.unwrap();
        let mut theirs = [0; 64];
        within(self.0.read_exact(&mut theirs)).await.unwrap();
        assert_eq!(theirs[..12], *b"\xff\0\0\0\0\0\0\0\0\x7f\x03\0");
        let theirs = self.next().await;
        assert!(theirs.starts_with(b"\x05READY"), "{theirs:?}");
        self
    }

    pub async fn publisher(house: &House) -> Self {
        let mut publisher = Self::connect(house, "home.out", "PUB").await;
        assert_eq!(publisher.next().await, b"\x01", "the broker wants everything");
        publisher
    }

    /// One that wants what begins so.
    pub async fn subscriber(house: &House, prefix: &str) -> Self {
        let mut subscriber = Self::connect(house, "home.in", "SUB").await;
        subscriber.send(&[b"\x01", prefix.as_bytes()].concat()).await;
        subscriber
    }

    pub async fn send(&mut self, frame: &[u8]) {
        self.0.write_all(&framed(frame)).await.unwrap();
    }

    /// The content of the next frame.
    pub async fn next(&mut self) -> Vec<u8> {
        let stream = &mut self.0;
        within(async {
            let flags = stream.read_u8().await.unwrap();
            assert_eq!(flags & 0b1001, 0, "one frame is a message");
            let length = if flags & 2 == 0 {
                stream.read_u8().await.unwrap().into()
            } else {
                stream.read_u64().await.unwrap()
            };
            let mut frame = vec![0; length as usize];
            stream.read_exact(&mut frame).await.unwrap();
            frame
        })
        .await
    }

    /// The next message that is no probe.
    pub async fn next_event(&mut self) -> serde_json::Value {
        loop {
            let event: serde_json::Value = serde_json::from_slice(&self.next().await).unwrap();
            if event["method"] != "lc.probe" {
                return event;
            }
        }
    }
}

pub fn framed(frame: &[u8]) -> Vec<u8> {
    let head = match u8::try_from(frame.len()) {
        Ok(length) => vec![0, length],
        Err(_) => [&[2][..], &(frame.len() as u64).to_be_bytes()].concat(),
    };
    [&head, frame].concat()
}
