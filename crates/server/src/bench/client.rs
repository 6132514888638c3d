//! A client that costs little: prepared bytes out over a kept-alive socket, status and length in.

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes read at a time.
const CHUNK: usize = 16 * 1_024;

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// A header that each request gets besides its own.
    header: Vec<u8>,
    /// The request that is sent, with that header.
    request: Vec<u8>,
    /// The body of the last response.
    body: std::ops::Range<usize>,
}

impl Connection {
    /// Connects, to show a key with each request.
    pub async fn open(address: &str, key: Option<&str>) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("no server listens at {address}"))?;
        stream.set_nodelay(true)?;
        let header = key.map_or_else(Vec::new, |key| format!("Authorization: Bearer {key}\r\n").into_bytes());
        Ok(Connection { stream, buffer: Vec::with_capacity(CHUNK), header, request: Vec::new(), body: 0..0 })
    }

    /// Sends a request and waits for the whole response. Gives its status.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        let first = request.iter().position(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        let (first, rest) = request.split_at(first);
        self.request.clear();
        for part in [first, &self.header, rest] {
            self.request.extend_from_slice(part);
        }
        self.stream.write_all(&self.request).await?;
        self.buffer.clear();
        let (status, head, length) = loop {
            self.fill().await?;
            if let Some(parsed) = parse_head(&self.buffer)? {
                break parsed;
            }
        };
        while self.buffer.len() < head + length {
            self.fill().await?;
        }
        self.body = head..head + length;
        Ok(status)
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        self.buffer.reserve(CHUNK);
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }

    /// The body of the last response.
    pub fn body(&self) -> &[u8] {
        self.buffer.get(self.body.clone()).unwrap_or_default()
    }
}

/// Status, length of the head, length of the body.
fn parse_head(bytes: &[u8]) -> anyhow::Result<Option<(u16, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes)? else { return Ok(None) };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.parse().ok());
    Ok(Some((response.code.unwrap_or(0), head, length.context("a response without a length")?)))
}

/// A whole request, ready to send.
pub fn request(method: &str, path: &str, host: &str, body: &[u8]) -> Vec<u8> {
    request_with("", method, path, host, body)
}

/// A whole request with more headers, each ended by `\r\n`.
pub fn request_with(headers: &str, method: &str, path: &str, host: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
