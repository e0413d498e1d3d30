//! As much of HTTP/1.1 as local pages need (RFC 9112): one request, one answer, closed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The most bytes of a request's head, and of its body.
const HEAD_MOST: u64 = 16 * 1024;
const BODY_MOST: u64 = 64 * 1024;
/// How long a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, decoded into its parts.
    pub path: Vec<String>,
    /// Fields of the question behind the path.
    pub query: BTreeMap<String, String>,
    /// Fields of a form.
    pub form: BTreeMap<String, String>,
    /// Header fields by lower-case name.
    pub headers: BTreeMap<String, String>,
}

/// Writes the body of an answer into a connection.
pub type Pour = Box<dyn FnOnce(&mut dyn Write) -> std::io::Result<()>>;

/// What an answer says.
pub enum Body {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What is written while it is sent, in chunks: where it ends short, the last one is missing, and
    /// the browser says so (RFC 9112, §7.1 and §8).
    Poured(Pour),
}

/// An answer.
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Its kind.
    pub kind: &'static str,
    /// What it says.
    pub body: Body,
    /// Where to go instead; empty to stay.
    pub location: String,
    /// A file name to save it under; empty to show it.
    pub save_as: String,
    /// Whether the page brings its own style (the brief).
    pub own_style: bool,
}

impl Response {
    /// A page.
    pub fn html(status: u16, body: String) -> Response {
        Response {
            status,
            kind: "text/html; charset=utf-8",
            body: Body::Bytes(body.into_bytes()),
            location: String::new(),
            save_as: String::new(),
            own_style: false,
        }
    }

    /// A short text.
    pub fn text(status: u16, text: &str) -> Response {
        Response {
            kind: "text/plain; charset=utf-8",
            ..Response::html(status, format!("{text}\n"))
        }
    }

    /// What is written while it is sent.
    pub fn poured(kind: &'static str, body: Pour) -> Response {
        Response {
            kind,
            body: Body::Poured(body),
            ..Response::html(200, String::new())
        }
    }

    /// Another page (RFC 9110, §15.4.4).
    pub fn see(location: &str) -> Response {
        Response {
            location: location.to_owned(),
            ..Response::text(303, "see there")
        }
    }

    fn head(&self) -> String {
        // A brief is a file beside the case: whoever changed it may neither run nor send anything.
        let policy = match self.own_style {
            true => "style-src 'unsafe-inline'; form-action 'none'; sandbox",
            false => "style-src 'self'; form-action 'self'",
        };
        // In a sandbox a page has no origin to share, and browsers may refuse both together.
        let opener = match self.own_style {
            true => "",
            false => "Cross-Origin-Opener-Policy: same-origin\r\n",
        };
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nConnection: close\r\n\
             Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n\
             {opener}Cross-Origin-Resource-Policy: same-origin\r\n\
             Content-Security-Policy: default-src 'none'; {policy}; base-uri 'none'; frame-ancestors 'none'\r\n",
            self.status,
            reason(self.status),
            self.kind
        );
        match &self.body {
            Body::Bytes(bytes) => {
                head.push_str(&format!("Content-Length: {}\r\n", bytes.len()));
            }
            Body::Poured(_) => head.push_str("Transfer-Encoding: chunked\r\n"),
        }
        if !self.location.is_empty() {
            head.push_str(&format!("Location: {}\r\n", self.location));
        }
        if !self.save_as.is_empty() {
            head.push_str(&format!(
                "Content-Disposition: attachment; filename=\"{}\"\r\n",
                self.save_as
            ));
        }
        head.push_str("\r\n");
        head
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        303 => "See Other",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        _ => "Error",
    }
}

/// Reads a request from a connection and writes its answer.
///
/// # Errors
/// Those of the connection.
pub fn answer(
    connection: TcpStream,
    respond: impl FnOnce(&Request) -> Response,
) -> std::io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(&connection);
    let response = match read(&mut reader)? {
        Some(request) => respond(&request),
        None => Response::text(400, "that is no request this page understands"),
    };
    let mut out = BufWriter::with_capacity(1 << 16, &connection);
    out.write_all(response.head().as_bytes())?;
    match response.body {
        Body::Bytes(bytes) => out.write_all(&bytes)?,
        Body::Poured(pour) => {
            out.flush()?;
            let mut chunks = BufWriter::with_capacity(1 << 16, Chunks(&connection));
            pour(&mut chunks)?;
            chunks.flush()?;
            out.write_all(b"0\r\n\r\n")?;
        }
    }
    out.flush()
}

/// Writes whatever comes as one chunk each.
struct Chunks<W>(W);

impl<W: Write> Write for Chunks<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if !bytes.is_empty() {
            write!(self.0, "{:x}\r\n", bytes.len())?;
            self.0.write_all(bytes)?;
            self.0.write_all(b"\r\n")?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Reads a request; none where it is too large or is none.
fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut head = Vec::new();
    let mut bounded = reader.by_ref().take(HEAD_MOST);
    loop {
        let from = head.len();
        if bounded.read_until(b'\n', &mut head)? == 0 {
            return Ok(None);
        }
        if matches!(&head[from..], b"\r\n" | b"\n") {
            break;
        }
    }
    let Ok(head) = String::from_utf8(head) else {
        return Ok(None);
    };
    let Some(mut request) = parsed(&head) else {
        return Ok(None);
    };
    if request.method == "POST" {
        let length = request.headers.get("content-length");
        let Some(length) = length.and_then(|text| text.parse::<u64>().ok()) else {
            return Ok(None);
        };
        if length > BODY_MOST {
            return Ok(None);
        }
        let mut body = Vec::new();
        reader.take(length).read_to_end(&mut body)?;
        request.form = fields(&String::from_utf8_lossy(&body));
    }
    Ok(Some(request))
}

fn parsed(head: &str) -> Option<Request> {
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target, version) = (first.next()?, first.next()?, first.next()?);
    if !matches!(method, "GET" | "POST") || !version.starts_with("HTTP/1.") {
        return None;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    Some(Request {
        method: method.to_owned(),
        path: path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| decoded(part, false))
            .collect(),
        query: fields(query),
        form: BTreeMap::new(),
        headers: headers.collect(),
    })
}

/// Fields of a form (URL Standard, §5.1).
fn fields(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name, true), decoded(value, true)))
        .collect()
}

/// A text without its percent signs.
fn decoded(text: &str, is_form: bool) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|pair| {
            let text = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(text, 16).ok()
        });
        match (byte, hex) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', _) if is_form => out.push(b' '),
            (byte, _) => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A text as a part of a URL.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_and_bounded() {
        let text = b"POST /t%2Fx/a?q=%3Cb%3E+c HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 8\r\n\r\nby=A%26Brest";
        let request = read(&mut &text[..]).unwrap().unwrap();
        assert_eq!(request.path, ["t/x", "a"]);
        assert_eq!(request.query["q"], "<b> c");
        assert_eq!(request.form["by"], "A&B");
        assert_eq!(request.headers["host"], "127.0.0.1:1");
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(20_000));
        for bad in [
            long.as_str(),
            "PUT / HTTP/1.1\r\n\r\n",
            "GET /\r\n\r\n",
            "GET / HTTP/1.1\r\n",
            "",
        ] {
            assert_eq!(read(&mut bad.as_bytes()).unwrap(), None);
        }
        let heavy = "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n";
        assert_eq!(read(&mut heavy.as_bytes()).unwrap(), None);
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let text = "<a&b=c/d?é%>";
        assert_eq!(decoded(&encoded(text), true), text);
        assert_eq!(decoded("%zz%", false), "%zz%");
    }
}
