//! STOMP as bytes.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio_util::task::AbortOnDropHandle;

use super::{Failure, HEADERS, Pair};

pub struct Raw {
    sender: OwnedWriteHalf,
    _echoes: AbortOnDropHandle<()>,
    receiver: BufReader<TcpStream>,
    destination: String,
    frame: Vec<u8>,
    heard: u32,
}

async fn connect(port: u16) -> Result<BufReader<TcpStream>, Failure> {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?);
    stream.get_ref().set_nodelay(true)?;
    stream.write_all(b"CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0").await?;
    let mut frame = Vec::new();
    stream.read_until(0, &mut frame).await?;
    assert!(frame.starts_with(b"CONNECTED"), "{}", String::from_utf8_lossy(&frame));
    Ok(stream)
}

impl Raw {
    pub async fn at(port: u16, destination: &str) -> Result<Self, Failure> {
        let subscribed = async || {
            let mut stream = connect(port).await?;
            let subscribe = format!("SUBSCRIBE\nid:1\ndestination:{destination}\nack:auto\nreceipt:1\n\n\0");
            stream.write_all(subscribe.as_bytes()).await?;
            stream.read_until(0, &mut Vec::new()).await?;
            Ok::<_, Failure>(stream)
        };
        let (receiver, sender) = (subscribed().await?, subscribed().await?);
        let (reading, sender) = sender.into_inner().into_split();
        let echoes = tokio::spawn(async move {
            let (mut reading, mut frame) = (BufReader::new(reading), Vec::new());
            while reading.read_until(0, &mut frame).await.is_ok_and(|length| length > 0) {
                frame.clear();
            }
        });
        let destination = destination.to_owned();
        Ok(Self {
            sender,
            _echoes: AbortOnDropHandle::new(echoes),
            receiver,
            destination,
            frame: Vec::new(),
            heard: 0,
        })
    }
}

impl Pair for Raw {
    async fn send(&mut self, number: u32) -> Result<(), Failure> {
        let body = format!("{{\"number\":{number}}}");
        let (destination, length) = (&self.destination, body.len());
        let mut head = format!("SEND\ndestination:{destination}\ncontent-type:application/json\n");
        for (name, text) in HEADERS {
            head.extend([name, ":", text, "\n"]);
        }
        self.sender.write_all(format!("{head}content-length:{length}\n\n{body}\0").as_bytes()).await?;
        Ok(())
    }

    async fn heard(&mut self, count: u32) -> Result<(), Failure> {
        while self.heard < count {
            self.frame.clear();
            self.receiver.read_until(0, &mut self.frame).await?;
            assert!(self.frame.ends_with(b"}\0"), "{}", String::from_utf8_lossy(&self.frame));
            self.heard += 1;
        }
        Ok(())
    }
}
