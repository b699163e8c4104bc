//! One HTTP/1.1 connection that is kept: as little work as a client can do, because it runs on the cores that it measures.

use std::{
    cell::RefCell,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

const TIMEOUT: Duration = Duration::from_secs(30);

pub struct Client {
    host: String,
    inner: RefCell<Connection>,
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    pub fn expect(self, status: u16) -> Result<Self> {
        ensure!(
            self.status == status,
            "expected {status}, got {}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        Ok(self)
    }
}

impl Client {
    pub fn connect(url: &str) -> Result<Self> {
        let host = url.strip_prefix("http://").context("an http address")?.to_owned();
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { host, inner: RefCell::new(Connection { stream, buffer: Vec::with_capacity(64 * 1024) }) })
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        self.send("GET", path, headers, b"")
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.host);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if method != "GET" {
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        let mut connection = self.inner.borrow_mut();
        connection.stream.write_all(&bytes)?;
        connection.read_answer()
    }

    pub fn json(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &serde_json::Value,
    ) -> Result<Answer> {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send(method, path, &all, body.to_string().as_bytes())
    }
}

impl Connection {
    fn fill(&mut self) -> Result<()> {
        let mut chunk = [0; 16 * 1024];
        let read = self.stream.read(&mut chunk)?;
        ensure!(read > 0, "the connection was closed");
        self.buffer.extend_from_slice(chunk.get(..read).unwrap_or_default());
        Ok(())
    }

    fn read_answer(&mut self) -> Result<Answer> {
        let (status, length, head) = loop {
            let mut headers = [httparse::EMPTY_HEADER; 48];
            let mut answer = httparse::Response::new(&mut headers);
            if let httparse::Status::Complete(head) = answer.parse(&self.buffer)? {
                let status = answer.code.context("a status")?;
                let value = |name: &str| {
                    let header =
                        answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
                    std::str::from_utf8(header.value).ok()
                };
                let length = match (value("content-length"), value("transfer-encoding")) {
                    (Some(length), _) => Some(length.trim().parse::<usize>()?),
                    (None, Some(encoding)) if encoding.eq_ignore_ascii_case("chunked") => None,
                    _ => Some(0),
                };
                break (status, length, head);
            }
            self.fill()?;
        };
        self.buffer.drain(..head);
        let body = match length {
            Some(length) => {
                while self.buffer.len() < length {
                    self.fill()?;
                }
                self.buffer.drain(..length).collect()
            }
            None => self.read_chunks()?,
        };
        Ok(Answer { status, body })
    }

    fn read_chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(httparse::Status::Complete((start, size))) => {
                    let size = usize::try_from(size)?;
                    // Behind each chunk, and behind the last one, stands an empty line.
                    let end = start + size;
                    while self.buffer.len() < end + 2 {
                        self.fill()?;
                    }
                    body.extend_from_slice(self.buffer.get(start..end).unwrap_or_default());
                    self.buffer.drain(..end + 2);
                    if size == 0 {
                        return Ok(body);
                    }
                }
                Ok(httparse::Status::Partial) => self.fill()?,
                Err(_) => bail!("a chunk's size cannot be read"),
            }
        }
    }
}
