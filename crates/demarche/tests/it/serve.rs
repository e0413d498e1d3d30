//! `demarche serve`: pages over real sockets, with hostile values and hostile askers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::bench::{Bench, read_record};

/// A server that ends with the test.
struct Served {
    child: Child,
    host: String,
    root: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(bench: &Bench, cases: &[&str]) -> Served {
        let mut program = bench.program(&[&["serve"], cases].concat());
        let mut child = program
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().strip_prefix("http://").unwrap();
        let (host, root) = address.split_once('/').unwrap();
        Served {
            child,
            host: host.to_owned(),
            root: format!("/{}", root.trim_end_matches('/')),
        }
    }

    fn ask(&self, text: &str) -> String {
        let mut connection = TcpStream::connect(&self.host).unwrap();
        connection.write_all(text.as_bytes()).unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!(
            "GET {}{path} HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.root, self.host
        ))
    }

    fn post(&self, path: &str, origin: &str, body: &str) -> String {
        self.ask(&format!(
            "POST {}{path} HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nContent-Length: {}\r\n\r\n{body}",
            self.root, self.host, body.len()
        ))
    }
}

/// A case with a suspect session whose every value attacks its reader.
fn hostile_case(bench: &Bench) {
    let mut log = String::new();
    for n in 0..5 {
        let record = read_record(n, "mia@example.org", "203.0.113.9");
        log += &record.replace("Mozilla/5.0;", "<script>alert(1)</script>;");
        log.push('\n');
    }
    bench.file("logs/a.jsonl", &log);
    bench
        .run(&[
            "examine",
            "logs",
            "--case",
            "case",
            "--hostile",
            "account=mia@example.org",
        ])
        .ends_with(0);
}

#[test]
fn every_page_answers_and_no_value_acts() {
    let bench = Bench::new();
    hostile_case(&bench);
    let served = Served::start(&bench, &["case"]);
    let session = {
        let page = served.get("/c/0/sessions");
        let from = page.find("S-").unwrap();
        page[from..from + 10].to_owned()
    };
    let session = format!("/session/{session}");
    let pages = [
        "",
        "/brief",
        "/accounts",
        "/sessions?q=%3Cscript%3E",
        "/suspects",
        "/exposures?q=%22%3E%3Cimg",
        "/actions",
        "/open",
        "/gaps",
        "/runs",
        "/evidence",
        &session,
        "/record/1/1",
        "/settle?cause=x",
        "/judging",
    ];
    for page in pages {
        let text = served.get(&format!("/c/0{page}"));
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{page}: {text}");
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(
            head.contains("default-src 'none'") && head.contains("nosniff"),
            "{page}: {head}"
        );
        assert!(
            !text.contains("<script") && !text.contains("<img"),
            "{page}"
        );
    }
    assert!(
        served
            .get(&format!("/c/0{session}"))
            .contains("&#60;script&#62;"),
        "shown, not obeyed"
    );
    let export = served.get("/c/0/exposures.csv?verdict=hostile&grade=certain");
    assert!(
        export.contains("attachment; filename=\"exposure.csv\"")
            && export.contains("mia@example.org")
    );
    assert!(served.get("/c/9/").starts_with("HTTP/1.1 404"));
    assert!(served.get("/c/0/nothing").starts_with("HTTP/1.1 404"));
}

#[test]
fn who_is_not_our_own_page_gets_nothing() {
    let bench = Bench::new();
    hostile_case(&bench);
    let served = Served::start(&bench, &["case"]);
    let host = served.host.clone();
    let no_token = served.ask(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    let other_host = served.ask(&format!(
        "GET {}/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        served.root
    ));
    let other_site = served.post("/c/0/settle", "http://evil.example", "verdict=hostile");
    let no_origin = served.post("/c/0/settle", "null", "verdict=hostile");
    for answer in [no_token, other_host, other_site, no_origin] {
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert!(!answer.contains("mia@"), "{answer}");
    }
    let nameless = served.post(
        "/c/0/settle",
        &format!("http://{host}"),
        "verdict=hostile&cause=x",
    );
    assert!(nameless.starts_with("HTTP/1.1 400"), "{nameless}");
    assert!(served.ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
}

#[test]
fn a_suspect_group_is_settled_from_its_page() {
    let bench = Bench::new();
    let mut log: String = (0..4)
        .map(|n| read_record(n, "mia@example.org", "203.0.113.9") + "\n")
        .collect();
    log += &crate::hostile_values::rule("forward all");
    bench.file("logs/a.jsonl", &log);
    bench
        .run(&["examine", "logs", "--case", "case", "--quiet"])
        .ends_with(0);
    let brief = crate::bench::json(&bench.path("case/brief.json"));
    let group = &brief["suspects"][0];
    let cause: String = group["cause"]
        .as_str()
        .unwrap()
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let served = Served::start(&bench, &["case"]);
    let preview = served.get(&format!("/c/0/settle?cause={cause}"));
    assert!(preview.contains("Sessions it changes"), "{preview}");
    let origin = format!("http://{}", served.host);
    let body = format!("cause={cause}&verdict=hostile&by=A.+Analyst&why=the+owner+was+asked");
    let answer = served.post("/c/0/settle", &origin, &body);
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let done = (0..100_000).any(|_| {
        let state = served.get("/c/0/judging");
        if state.contains("is being judged again") {
            std::thread::yield_now();
            return false;
        }
        assert!(state.contains("was judged again"), "{state}");
        true
    });
    assert!(done, "judging came to no end");
    let after = crate::bench::json(&bench.path("case/brief.json"));
    assert_eq!(
        after["method"]["run"].as_u64(),
        brief["method"]["run"].as_u64().map(|run| run + 1)
    );
    assert!(
        after["method"]["determinations"]
            .to_string()
            .contains("A. Analyst")
    );
    let session = group["sessions"][0].as_str().unwrap();
    let now = after["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["id"] == session)
        .unwrap();
    assert_eq!(now["verdict"], "hostile");
}
