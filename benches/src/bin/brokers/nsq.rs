//! NSQ as bytes.

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_util::task::AbortOnDropHandle;

use super::{Failure, HEADERS, Pair};

pub struct Raw {
    sender: BufReader<TcpStream>,
    receiver: BufReader<TcpStream>,
    frame: Vec<u8>,
    headers: String,
    heard: u32,
    _echoes: AbortOnDropHandle<()>,
}

async fn connect(url: &str) -> Result<BufReader<TcpStream>, Failure> {
    let stream = TcpStream::connect(url.trim_start_matches("tcp://")).await?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"  V2").await?;
    Ok(stream)
}

/// What kind of frame has come.
async fn read(stream: &mut BufReader<TcpStream>, frame: &mut Vec<u8>) -> Result<u32, Failure> {
    let length = stream.read_u32().await? as usize;
    let kind = stream.read_u32().await?;
    frame.resize(length - 4, 0);
    stream.read_exact(frame).await?;
    Ok(kind)
}

impl Raw {
    pub async fn at(url: &str) -> Result<Self, Failure> {
        let subscribed = async |channel: &str| {
            let (mut stream, mut frame) = (connect(url).await?, Vec::new());
            stream.write_all(format!("SUB ticked {channel}#ephemeral\n").as_bytes()).await?;
            assert_eq!(read(&mut stream, &mut frame).await?, 0, "{}", String::from_utf8_lossy(&frame));
            stream.write_all(b"RDY 256\n").await?;
            Ok::<_, Failure>(stream)
        };
        let receiver = subscribed("hearer").await?;
        let mut echoes = subscribed("sender").await?;
        let echoes = tokio::spawn(async move {
            let mut frame = Vec::new();
            while read(&mut echoes, &mut frame).await.is_ok_and(|kind| kind != 2)
                || finish(&mut echoes, &frame).await.is_ok()
            {}
        });
        let headers = HEADERS.map(|(name, text)| format!("\"{name}\":\"{text}\"")).join(",");
        let _echoes = AbortOnDropHandle::new(echoes);
        Ok(Self { sender: connect(url).await?, receiver, frame: Vec::new(), headers, heard: 0, _echoes })
    }
}

/// Tells that a message has been handled.
async fn finish(stream: &mut BufReader<TcpStream>, message: &[u8]) -> Result<(), Failure> {
    let id = String::from_utf8_lossy(&message[10..26]);
    Ok(stream.write_all(format!("FIN {id}\n").as_bytes()).await?)
}

impl Pair for Raw {
    /// Ready when nsqd has it: there is no way to send without an answer.
    async fn send(&mut self, number: u32) -> Result<(), Failure> {
        let body = format!("{{\"number\":{number},\"lc\":{{\"headers\":{{{}}}}}}}", self.headers);
        let mut command = b"PUB ticked\n".to_vec();
        command.extend(u32::try_from(body.len())?.to_be_bytes());
        command.extend(body.as_bytes());
        self.sender.write_all(&command).await?;
        Ok(())
    }

    async fn heard(&mut self, count: u32) -> Result<(), Failure> {
        while self.heard < count {
            if read(&mut self.receiver, &mut self.frame).await? == 2 {
                finish(&mut self.receiver, &self.frame).await?;
                self.heard += 1;
            }
        }
        // Its answers are not to fill the way back.
        while !self.sender.buffer().is_empty() {
            read(&mut self.sender, &mut self.frame).await?;
        }
        Ok(())
    }
}
