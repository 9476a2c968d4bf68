//! A client that says exactly what it is told, and reads the answer to its end.

use std::net::SocketAddr;

use crate::within;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A request without a body; `fields` are whole lines.
pub fn request(method: &str, path: &str, fields: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n")
}

/// A request with a body, after whose answer the connection ends.
#[must_use]
pub fn with_body(method: &str, path: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    let own = format!("Connection: close\r\ncontent-length: {length}\r\n{fields}");
    format!("{}{body}", request(method, path, &own))
}

pub async fn get(address: SocketAddr, path: &str, fields: &str) -> Answer {
    ask(address, &request("GET", path, fields)).await
}

pub async fn ask(address: SocketAddr, request: &str) -> Answer {
    let stream = within(TcpStream::connect(address)).await.unwrap();
    converse(stream, request).await
}

pub async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> Answer {
    within(stream.write_all(request.as_bytes())).await.unwrap();
    answer(stream).await
}

pub async fn answer(mut stream: impl AsyncRead + Unpin) -> Answer {
    let mut bytes = Vec::new();
    within(stream.read_to_end(&mut bytes)).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let answer = Answer { status, head: head.to_owned(), body: body.to_owned() };
    if let Some(length) = answer.header("content-length")
        && !body.is_empty()
    {
        assert_eq!(length.parse(), Ok(body.len()), "the whole answer");
    }
    answer
}
