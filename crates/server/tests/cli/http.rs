//! The smallest client that can distinguish a response from a lost one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

/// How long a response may take. A test that waits for longer says so, rather than wait for ever.
const RESPONSE_MAX: Duration = Duration::from_secs(120);

/// What bytes go over: a socket, with TLS or without.
trait Wire: Read + Write + Send {}

impl<W: Read + Write + Send> Wire for W {}

/// A kept-alive connection.
pub struct Client {
    stream: BufReader<Box<dyn Wire>>,
    /// The tag of the last answer, if it had one.
    pub tag: String,
    /// The cookie that the last answer set, if it set one.
    pub cookie: String,
    /// The id of the last request, as the answer said it.
    pub request_id: String,
}

impl Client {
    pub fn connect(address: &str) -> std::io::Result<Client> {
        Client::connect_over(None, address)
    }

    /// The same over TLS, where there is a configuration for it.
    pub fn connect_over(tls: Option<&Arc<ClientConfig>>, address: &str) -> std::io::Result<Client> {
        let socket = TcpStream::connect(address)?;
        socket.set_read_timeout(Some(RESPONSE_MAX))?;
        let wire: Box<dyn Wire> = match tls {
            None => Box::new(socket),
            Some(config) => {
                let name = ServerName::try_from("localhost").expect("a name");
                let connection = ClientConnection::new(Arc::clone(config), name).map_err(std::io::Error::other)?;
                Box::new(StreamOwned::new(connection, socket))
            }
        };
        Ok(Client {
            stream: BufReader::new(wire),
            tag: String::new(),
            cookie: String::new(),
            request_id: String::new(),
        })
    }

    /// Sends a request; an error means that no whole answer came.
    pub fn call(&mut self, method: &str, path: &str, body: &str) -> std::io::Result<(u16, String)> {
        self.call_with("", method, path, body)
    }

    /// Sends a request with more headers, each ended by `\r\n`.
    pub fn call_with(&mut self, headers: &str, method: &str, path: &str, body: &str) -> std::io::Result<(u16, String)> {
        self.send(&format!("Content-Type: application/json\r\n{headers}"), method, path, body)
    }

    /// Sends a request with just these headers, each ended by `\r\n`, beside those that it cannot do without.
    pub fn send(&mut self, headers: &str, method: &str, path: &str, body: &str) -> std::io::Result<(u16, String)> {
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{headers}\r\n");
        self.stream.get_mut().write_all(head.as_bytes())?;
        self.stream.get_mut().write_all(body.as_bytes())?;
        let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
        self.tag.clear();
        self.cookie.clear();
        let mut length = 0;
        let mut is_chunked = false;
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(cut());
            }
            match line.trim_end().split_once(": ") {
                None => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().map_err(|_| cut())?;
                }
                Some((name, value)) if name.eq_ignore_ascii_case("etag") => value.clone_into(&mut self.tag),
                Some((name, value)) if name.eq_ignore_ascii_case("set-cookie") => value.clone_into(&mut self.cookie),
                Some((name, value)) if name.eq_ignore_ascii_case("x-request-id") => {
                    value.clone_into(&mut self.request_id)
                }
                Some((name, _)) => is_chunked |= name.eq_ignore_ascii_case("transfer-encoding"),
            }
        }
        if is_chunked {
            return Ok((status, self.chunks()?));
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }

    fn chunks(&mut self) -> std::io::Result<String> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim_end(), 16).map_err(std::io::Error::other)?;
            let mut chunk = vec![0; length + 2];
            self.stream.read_exact(&mut chunk)?;
            if length == 0 {
                return Ok(String::from_utf8_lossy(&body).into_owned());
            }
            body.extend_from_slice(&chunk[..length]);
        }
    }
}
