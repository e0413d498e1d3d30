//! The hot parts of reading, over made records, for counting instructions (`cargo xtask instructions`).
//!
//!     hot make N    only makes N records
//!     hot cut N     cuts them into spans
//!     hot walk N    walks the members of each once
//!     hot read N    reads each into events
#![allow(clippy::print_stdout, reason = "an example that prints its result")]

use demarche_core::event::event::Event;
use demarche_core::event::sink::{Met, Sink};
use demarche_core::record::cut::{Cutter, Span};
use demarche_core::record::delivered::{Delivered, Header};
use demarche_core::record::frame::Frame;
use demarche_core::record::json::Value;
use demarche_core::record::problem::Problem;
use demarche_core::record::text::Encoding;
use demarche_core::source::recognise;
use demarche_core::vocab::place::Place;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(what), Some(n)) = (arguments.next(), arguments.next()) else {
        return Err("usage: hot make|cut|walk|read N".into());
    };
    let log = made(n.parse()?);
    let sum = match what.as_str() {
        "make" => log.len(),
        "cut" => cut(log.as_bytes()),
        "walk" => log.lines().map(walk).sum(),
        "read" => log.lines().map(read).sum(),
        _ => return Err(format!("{what} is no part").into()),
    };
    println!("{sum}");
    Ok(())
}

/// A log of so many records: messages read and moved, files opened, in turn.
fn made(n: usize) -> String {
    let mut log = String::new();
    for n in 0..n {
        log.push_str(&record(n));
        log.push('\n');
    }
    log
}

fn record(n: usize) -> String {
    let shared = format!(
        r#""CreationTime":"2026-03-02T{:02}:{:02}:28","Id":"670ab01a-8ade-4edf-8366-6dd5{n:08x}","OrganizationId":"5cc0bce3-ccef-40af-b969-471073083aab","ResultStatus":"Succeeded","UserKey":"10032007B1FA5C89","UserType":0,"Version":1,"ClientIP":"198.51.100.{}","UserId":"Emil.Andersen@silverlake.example","#,
        n / 60 % 24,
        n % 60,
        n % 250,
    );
    let ties = r#""AppAccessContext":{"AADSessionId":"21b4dea1-3f8d-4240-b439-4757cb5c779e","ClientAppId":"9199bf20-a13f-4107-85dc-02114787ef48","IssuedAtTime":"2026-03-02T02:46:21","UniqueTokenId":"IUxRP99Fg0W-r61coJHWOg"}"#;
    let mail = r#""Workload":"Exchange","ClientInfoString":"Client=OWA;Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36;","ExternalAccess":false,"LogonType":0,"MailboxGuid":"7a88ac06-75da-4944-85b3-ff70915145d9","MailboxOwnerUPN":"Emil.Andersen@silverlake.example","OriginatingServer":"VI1PR04MB3041 (15.20.8890.019)\r\n""#;
    let item = format!(
        r#"{{"Id":"RgAAAAAAAAV3yrMShOTVoZ95ZaDot4BwV3yrMShOTVoZ95Za{n:08x}","InternetMessageId":"<VI1PR04MB3041FF00ECC80774EE34E761C1-{n}@example.org>","SizeInBytes":{n}}}"#
    );
    match n % 3 {
        0 => format!(
            r#"{{{shared}{mail},{ties},"Operation":"MailItemsAccessed","RecordType":50,"OperationCount":2,"OperationProperties":[{{"Name":"MailAccessType","Value":"Bind"}},{{"Name":"IsThrottled","Value":"False"}}],"Folders":[{{"FolderItems":[{item},{item}],"Id":"LgAAAAAAAAV3yrMS","Path":"\\Inbox"}}]}}"#
        ),
        1 => format!(
            r#"{{{shared}{mail},{ties},"Operation":"MoveToDeletedItems","RecordType":3,"AffectedItems":[{item}],"DestFolder":{{"Id":"LgAAAAAAAAV3yrMS","Path":"\\Deleted Items"}}}}"#
        ),
        _ => format!(
            r#"{{{shared}"Workload":"OneDrive",{ties},"Operation":"FileAccessed","RecordType":6,"ObjectId":"https://silverlake.example/personal/emil/Documents/Draft {n}.docx","ItemType":"File","SiteUrl":"https://silverlake.example/personal/emil/","SourceFileName":"Draft {n}.docx","UserAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64)"}}"#
        ),
    }
}

fn cut(log: &[u8]) -> usize {
    let mut cutter = Frame::Json.cutter(Encoding::Utf8);
    let mut spans: Vec<Span> = Vec::new();
    cutter.cut(log, true, &mut spans);
    spans.len()
}

fn walk(line: &str) -> usize {
    let mut sum = 0;
    let fault = Value::of(line).members(|key, value| sum += key.len() + value.raw().len());
    assert!(fault.is_ok(), "made records are sound");
    sum
}

/// Counts what comes of records.
struct Count(usize);

impl Sink for Count {
    fn event(&mut self, event: &Event<'_>) {
        self.0 += 1 + event.items.len();
    }

    fn problem(&mut self, _: Problem) {}

    fn met(&mut self, _: Met) {}
}

fn read(line: &str) -> usize {
    let header = Header::default();
    let Some(form) = recognise(line, &header) else {
        return 0;
    };
    let mut count = Count(0);
    let delivered = Delivered {
        place: Place::default(),
        text: line,
        header: &header,
    };
    (form.read)(&delivered, &mut count);
    count.0
}
