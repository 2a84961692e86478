//! A server of this process on a free port, and the plainest client that speaks HTTP.
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use thalweg_formats::builtin;
use thalweg_server::serve::{Log, Settings, serve};
use thalweg_server::shelf::Source;

/// A response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let line = self.headers.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
        line.map(|line| line[name.len() + 1..].trim().to_owned())
    }
}

/// A server that lives as long as the test program.
#[derive(Debug, Clone, Copy)]
pub struct Server(pub SocketAddr);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A fresh folder for a test.
pub fn folder(name: &str) -> PathBuf {
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("thalweg-server-{}-{name}-{number}", std::process::id()));
    drop(std::fs::remove_dir_all(&path));
    path
}

/// What a server of a test is to do.
pub fn settings(source: Source, data: &Path) -> Settings {
    let bind = "127.0.0.1:0".parse().unwrap();
    Settings { source, against: Vec::new(), bind, token: None, data: data.to_owned(), log: Log::Off }
}

/// Starts a server.
pub fn start(source: Source, data: &Path, token: Option<&str>) -> Server {
    start_as(Settings { token: token.map(str::to_owned), ..settings(source, data) })
}

/// Starts a server that does as it is told.
pub fn start_as(settings: Settings) -> Server {
    let (tell, told) = channel();
    std::thread::spawn(move || serve(settings, move |address| tell.send(address).unwrap()).unwrap());
    Server(told.recv().unwrap())
}

/// The server of the built-in study that tests which change nothing share.
pub fn caspian() -> Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    *SERVER.get_or_init(|| start(Source::BuiltIn(builtin::caspian()), &folder("shared"), None))
}

impl Server {
    pub fn get(self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    pub fn post(self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &["content-type: application/json"], &body.to_string())
    }

    /// Sends a request as it is.
    pub fn send(self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let host = headers.iter().any(|header| header.to_lowercase().starts_with("host:"));
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        if !host {
            text += &format!("host: {}\r\n", self.0);
        }
        headers.iter().for_each(|header| text += &format!("{header}\r\n"));
        let mut stream = TcpStream::connect(self.0).unwrap();
        stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
        // A body that is too large is answered before it is read to the end.
        drop(stream.write_all(body.as_bytes()));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let (first, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        let chunked = headers.to_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { whole(body) } else { body.to_owned() };
        Answer { status, headers: headers.to_owned(), body }
    }
}

/// A body sent in chunks, put together.
fn whole(mut rest: &str) -> String {
    let mut text = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or_default();
        if size == 0 {
            break;
        }
        text += &after[..size];
        rest = after[size..].trim_start_matches("\r\n");
    }
    text
}
