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
        let text = String::from_utf8_lossy(&answer).into_owned();
        match text.split_once("\r\n\r\n") {
            Some((head, body)) if head.contains("Transfer-Encoding: chunked") => {
                format!("{head}\r\n\r\n{}", whole(body).unwrap())
            }
            _ => text,
        }
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

/// What chunks say together; none where the last one is missing: then the answer was cut short.
fn whole(mut chunks: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, rest) = chunks.split_once("\r\n")?;
        let size = usize::from_str_radix(size, 16).ok()?;
        let (chunk, rest) = rest.split_at_checked(size)?;
        if size == 0 {
            return Some(body);
        }
        body += chunk;
        chunks = rest.strip_prefix("\r\n")?;
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
fn a_case_of_many_rows_is_shown_page_by_page_and_counted_alike() {
    const N: u32 = 1_147;
    let bench = Bench::new();
    let mut log = String::new();
    for n in 0..N {
        let record = read_record(n, "mia@example.org", "203.0.113.9");
        // One user and one session, whatever the number.
        let record = record.replace(&format!("100320010000{n:04}"), "1003200100000001");
        let record = record.replace(&format!("-00000000000{}", n % 10), "-000000000001");
        let day = format!("2026-03-{:02}T{:02}:15:00", 1 + n % 28, n % 24);
        let minute = format!("2026-03-02T09:{:02}:{:02}", n / 60, n % 60);
        log += &record.replace(&day, &minute);
        log.push('\n');
    }
    bench.file("logs/a.jsonl", &log);
    let hostile = "account=mia@example.org";
    bench
        .run(&["examine", "logs", "--case", "case", "--hostile", hostile])
        .ends_with(0);
    let served = Served::start(&bench, &["case"]);
    let sessions = served.get("/c/0/sessions");
    let from = sessions.find("/session/S-").unwrap();
    let session = &sessions[from..from + "/session/S-12345678".len()];
    for page in ["/exposures?grade=certain", &format!("{session}?")] {
        let first = served.get(&format!("/c/0{page}"));
        assert!(first.contains("Page 1 of 12, 1,147 rows."), "{page}");
        let last = served.get(&format!("/c/0{page}&page=11"));
        let row = format!("<td class=\"id\"><a href=\"{}/c/0/record/1/", served.root);
        assert_eq!(last.matches(&row).count(), 47, "{page}");
    }
    // A word of one row alone, and of none; the file of what was found has the same rows.
    let certain = "grade=certain&q=";
    let found = served.get(&format!("/c/0/exposures?{certain}M1100%40example.org"));
    assert!(found.contains("1 of 1,149 rows"), "{found}");
    let file = served.get(&format!("/c/0/exposures.csv?{certain}m1100%40example.org"));
    let body = file.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(body.lines().count(), 2, "{body}");
    let none = served.get(&format!("/c/0/exposures?{certain}zebra"));
    assert!(none.contains("0 of 1,149 rows"), "{none}");
    // One rule for counts: no page of the brief says a thousand without its comma.
    let brief = std::fs::read_to_string(bench.path("case/brief.html")).unwrap();
    for text in [
        &brief,
        &first_page(&served),
        &served.get(&format!("/c/0{session}")),
    ] {
        for before in [' ', '>'] {
            for behind in [' ', '<'] {
                assert!(
                    !text.contains(&format!("{before}1147{behind}")),
                    "{before}1147{behind}"
                );
            }
        }
    }
    assert!(brief.contains("1,147 events"));
}

#[test]
fn a_record_is_not_said_to_hold_by_a_log_that_does_not() {
    let bench = Bench::new();
    hostile_case(&bench);
    let record = |served: &Served| served.get("/c/0/record/1/1");
    let holds = record(&Served::start(&bench, &["case"]));
    assert!(holds.contains("Checked now: leaf 1"), "{holds}");
    // Why it is not known is not kept: a key that was put back is used.
    let key = std::fs::read(bench.path("case.vkey")).unwrap();
    std::fs::remove_file(bench.path("case.vkey")).unwrap();
    let served = Served::start(&bench, &["case"]);
    let without = record(&served);
    assert!(without.contains("Not checked: "), "{without}");
    std::fs::write(bench.path("case.vkey"), key).unwrap();
    assert!(record(&served).contains("Checked now: leaf 1"));
    let bundle = bench.path("case/evidence/log/tile/entries/000.p");
    let bundle = std::fs::read_dir(bundle).unwrap().next().unwrap().unwrap();
    let mut bytes = std::fs::read(bundle.path()).unwrap();
    let last = bytes.len() - 2;
    bytes[last] ^= 1;
    std::fs::write(bundle.path(), bytes).unwrap();
    let altered = record(&Served::start(&bench, &["case"]));
    assert!(
        altered.contains("Not checked: ") && altered.contains("the case log does not hold"),
        "{altered}"
    );
    assert!(!altered.contains("Checked now"), "{altered}");
}

#[test]
fn a_file_that_was_written_anew_is_not_taken_for_a_whole_one() {
    let bench = Bench::new();
    hostile_case(&bench);
    let served = Served::start(&bench, &["case"]);
    let path = bench.path("case/exposure.csv");
    let before = std::fs::read_to_string(&path).unwrap();
    // As long as before: a verdict is.
    std::fs::write(&path, before.replace("hostile", "suspect")).unwrap();
    let host = &served.host;
    let mut connection = TcpStream::connect(host).unwrap();
    let question = format!(
        "GET {}/c/0/exposures.csv HTTP/1.1\r\nHost: {host}\r\n\r\n",
        served.root
    );
    connection.write_all(question.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(whole(body), None, "{body}");
    let page = served.get("/c/0/exposures");
    assert!(page.contains("written anew meanwhile"), "{page}");
}

fn first_page(served: &Served) -> String {
    served.get("/c/0")
}

#[cfg(feature = "sql")]
#[test]
fn questions_in_sql_are_answered_bounded_and_only_read() {
    let bench = Bench::new();
    hostile_case(&bench);
    let served = Served::start(&bench, &["case"]);
    let ask = |question: &str| {
        let encoded: String = question
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect();
        served.get(&format!("/c/0/sql?q={encoded}"))
    };
    let told = ask("select distinct agent, count(*) as n from events group by agent");
    assert!(
        told.contains("1 row.") && told.contains("&#60;script&#62;alert(1)"),
        "{told}"
    );
    assert!(!told.contains("<script>alert"), "{told}");
    let many = ask("select a.leaf from events a, events b, events c, events d, events e");
    assert!(
        many.contains("The first 1,000 rows; there are more"),
        "{many}"
    );
    let target = bench.path("out.csv");
    let writing = format!("copy (select 1) to '{}'", target.display());
    for question in [
        "create table x as select 1",
        "drop view records",
        writing.as_str(),
    ] {
        let refused = ask(question);
        assert!(refused.contains("Not answered: "), "{question}: {refused}");
    }
    assert!(!target.exists());
    let wrong = ask("select nothing from events");
    assert!(
        wrong.contains("Not answered: ") && wrong.contains("nothing"),
        "{wrong}"
    );
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
    // A source that comes later takes nothing back of what was answered.
    bench.file(
        "late.jsonl",
        &read_record(9, "mia@example.org", "203.0.113.9"),
    );
    let late = [
        "examine",
        "late.jsonl",
        "--case",
        "case",
        "--add",
        "--quiet",
    ];
    bench.run(&late).ends_with(0);
    let later = crate::bench::json(&bench.path("case/brief.json"));
    let all = later["sessions"].as_array().unwrap();
    let still = all.iter().find(|row| row["id"] == session).unwrap();
    assert_eq!(
        (&still["verdict"], &still["row"]),
        (&now["verdict"], &now["row"])
    );
    // Others given instead replace them.
    bench.file("none.toml", "");
    let replaced = [&late[..1], &late[2..], &["--determinations", "none.toml"]].concat();
    bench.run(&replaced).ends_with(0);
    let replaced = crate::bench::json(&bench.path("case/brief.json"));
    let none = replaced["method"]["determinations"].as_array().unwrap();
    assert!(none.is_empty(), "{none:?}");
}
