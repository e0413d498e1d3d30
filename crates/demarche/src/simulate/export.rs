//! Wraps records as exporters do and writes them to files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::simulate::calendar::{write_plain, write_us};
use crate::simulate::damage;
use crate::simulate::json::{Json, number, quote};
use crate::simulate::options::{Form, SignInForm};
use crate::simulate::sink::{Entry, STREAMS, Sink, Stream};
use crate::simulate::tenant::Tenant;

/// Records in one page of a paged export.
const PAGE: u64 = 1000;
/// Rows that one call of `Search-UnifiedAuditLog` returns at most (semantics §1.3).
const CALL: usize = 5000;

/// Open files, one per log.
pub struct Export {
    form: Form,
    sign_in_form: SignInForm,
    files: Vec<Option<Out>>,
    directory: PathBuf,
    buffer: Vec<u8>,
    damage: damage::Plan,
}

struct Out {
    file: BufWriter<File>,
    n_records: u64,
}

impl Export {
    /// Creates the files for a tenant in a directory that exists.
    ///
    /// # Errors
    /// When a file cannot be created.
    pub fn create(directory: &Path, tenant: &Tenant) -> io::Result<Self> {
        let mut export = Self {
            form: tenant.options.form,
            sign_in_form: tenant.options.sign_in_form,
            files: Vec::new(),
            directory: directory.to_owned(),
            buffer: Vec::new(),
            damage: damage::Plan::new(tenant),
        };
        for stream in STREAMS {
            let wanted = stream == Stream::Audit || export.sign_in_form != SignInForm::None;
            let out = if wanted {
                Some(export.open(stream)?)
            } else {
                None
            };
            export.files.push(out);
        }
        Ok(export)
    }

    fn open(&self, stream: Stream) -> io::Result<Out> {
        let path = self.directory.join(self.file_name(stream));
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        if stream == Stream::Audit {
            match self.form {
                Form::Portal => file.write_all(PORTAL_HEAD)?,
                Form::Powershell => file.write_all(POWERSHELL_HEAD)?,
                _ => {}
            }
        }
        Ok(Out { file, n_records: 0 })
    }

    fn file_name(&self, stream: Stream) -> String {
        let name = stream.name();
        if stream == Stream::Audit {
            return match self.form {
                Form::Portal => "unified-audit-portal.csv",
                Form::Powershell => "unified-audit-powershell.csv",
                Form::Graph => "unified-audit-graph.json",
                Form::Collector => "unified-audit-collector.jsonl",
                Form::Blobs => "unified-audit-blobs.json",
                Form::Auto | Form::Jsonl => "unified-audit.jsonl",
            }
            .to_owned();
        }
        match self.sign_in_form {
            SignInForm::Diagnostic => format!("sign-ins-{name}-diagnostic.jsonl"),
            _ => format!("sign-ins-{name}.json"),
        }
    }

    /// Writes records, in the order given.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&mut self, sink: &Sink, entries: &[Entry]) -> io::Result<()> {
        for stream in STREAMS {
            let mine: Vec<&Entry> = entries
                .iter()
                .filter(|entry| entry.stream == stream)
                .collect();
            let Some(mut out) = self.files[stream as usize].take() else {
                continue;
            };
            let result = self.write_stream(sink, &mine, &mut out, stream);
            self.files[stream as usize] = Some(out);
            result?;
        }
        Ok(())
    }

    fn write_stream(
        &mut self,
        sink: &Sink,
        entries: &[&Entry],
        out: &mut Out,
        stream: Stream,
    ) -> io::Result<()> {
        for call in entries.chunks(CALL) {
            let n_counted = call.len() + sink.n_cut;
            for (i, entry) in call.iter().enumerate() {
                self.buffer.clear();
                // The wrapper's time is the exporter's, the record's own stays as it is.
                let mut outer = **entry;
                outer.at += self.damage.ahead(outer.at);
                let entry = &&outer;
                let body = sink.body(entry);
                let body = &body[..self.damage.remaining(entry, body)];
                if stream != Stream::Audit {
                    self.sign_in(body, out.n_records);
                } else {
                    match self.form {
                        Form::Portal => portal(&mut self.buffer, sink, entry, body),
                        Form::Powershell => {
                            powershell(&mut self.buffer, (sink, entry, body), (i + 1, n_counted));
                        }
                        Form::Collector => {
                            collector(&mut self.buffer, (sink, entry, body), (i + 1, n_counted));
                        }
                        Form::Blobs => array(&mut self.buffer, body, out.n_records),
                        Form::Graph => graph(&mut self.buffer, sink, entry, out.n_records),
                        Form::Auto | Form::Jsonl => line(&mut self.buffer, body),
                    }
                }
                out.file.write_all(&self.buffer)?;
                out.n_records += 1;
            }
        }
        Ok(())
    }

    fn sign_in(&mut self, body: &[u8], n_before: u64) {
        if self.sign_in_form == SignInForm::Diagnostic {
            line(&mut self.buffer, body);
            return;
        }
        array(&mut self.buffer, body, n_before);
    }

    /// Ends all files.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self) -> io::Result<()> {
        for stream in STREAMS {
            let Some(mut out) = self.files[stream as usize].take() else {
                continue;
            };
            let end: &[u8] = match (stream, self.form, self.sign_in_form, out.n_records) {
                (Stream::Audit, Form::Blobs, _, 0) => b"[]\n",
                (Stream::Audit, Form::Blobs, _, _) => b"\n]\n",
                (Stream::Audit, Form::Graph, _, 0) => b"{\"value\":[]}\n",
                (Stream::Audit, Form::Graph, _, _) => b"\n]}\n",
                (Stream::Audit, ..) => b"",
                (_, _, SignInForm::Graph, 0) => b"[]\n",
                (_, _, SignInForm::Graph, _) => b"\n]\n",
                _ => b"",
            };
            out.file.write_all(end)?;
            out.file.flush()?;
        }
        Ok(())
    }
}

const PORTAL_HEAD: &[u8] = b"RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames\r\n";
/// With the byte order mark that Windows PowerShell writes.
const POWERSHELL_HEAD: &[u8] = b"\xef\xbb\xbf\"RecordType\",\"CreationDate\",\"UserIds\",\"Operations\",\"AuditData\",\"ResultIndex\",\"ResultCount\",\"Identity\",\"IsValid\",\"ObjectState\"\r\n";

fn line(out: &mut Vec<u8>, body: &[u8]) {
    out.extend_from_slice(body);
    out.push(b'\n');
}

/// One array per page: several documents in one file.
fn array(out: &mut Vec<u8>, body: &[u8], n_before: u64) {
    let separator: &[u8] = match n_before {
        0 => b"[\n",
        n if n.is_multiple_of(PAGE) => b"\n]\n[\n",
        _ => b",\n",
    };
    out.extend_from_slice(separator);
    out.extend_from_slice(body);
}

/// A collector's line: the wrapper of the cmdlet, the record as text (semantics §1.4).
fn collector(out: &mut Vec<u8>, what: (&Sink, &Entry, &[u8]), place: (usize, usize)) {
    let (sink, entry, body) = what;
    let mut json = Json::default();
    json.start();
    json.text("RecordType", record_type_name(entry.record_type));
    json.time_utc("CreationDate", entry.at);
    json.text(
        "UserIds",
        &String::from_utf8_lossy(&unescaped(sink.user(entry))),
    );
    json.text("Operations", entry.operation);
    json.key("AuditData");
    quote(&mut json.bytes, body);
    json.number("ResultIndex", place.0 as i64);
    json.number("ResultCount", place.1 as i64);
    json.guid("Identity", entry.id);
    json.flag("IsValid", true);
    json.text("ObjectState", "Unchanged");
    json.end_object();
    line(out, &json.bytes);
}

/// A CSV cell in quotes (RFC 4180 §2).
fn cell(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    let mut from = 0;
    for (i, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b'"') {
        out.extend_from_slice(&text[from..=i]);
        out.push(b'"');
        from = i + 1;
    }
    out.extend_from_slice(&text[from..]);
    out.push(b'"');
}

fn portal(out: &mut Vec<u8>, sink: &Sink, entry: &Entry, body: &[u8]) {
    out.extend_from_slice(&entry.id.text());
    out.push(b',');
    write_plain(out, entry.at);
    out.extend_from_slice(b".0000000Z,");
    number(out, i64::from(entry.record_type));
    out.push(b',');
    cell(out, entry.operation.as_bytes());
    out.push(b',');
    cell(out, &unescaped(sink.user(entry)));
    out.push(b',');
    cell(out, body);
    out.extend_from_slice(b",,\r\n");
}

fn powershell(out: &mut Vec<u8>, what: (&Sink, &Entry, &[u8]), place: (usize, usize)) {
    let (sink, entry, body) = what;
    cell(out, record_type_name(entry.record_type).as_bytes());
    out.extend_from_slice(b",\"");
    write_us(out, entry.at);
    out.extend_from_slice(b"\",");
    cell(out, &unescaped(sink.user(entry)));
    out.push(b',');
    cell(out, entry.operation.as_bytes());
    out.push(b',');
    cell(out, body);
    for n in [place.0, place.1] {
        out.extend_from_slice(b",\"");
        number(out, n as i64);
        out.push(b'"');
    }
    out.push(b',');
    cell(out, &entry.id.text());
    out.extend_from_slice(b",\"True\",\"Unchanged\"\r\n");
}

fn graph(out: &mut Vec<u8>, sink: &Sink, entry: &Entry, n_before: u64) {
    let separator: &[u8] = match n_before {
        0 => GRAPH_HEAD,
        n if n.is_multiple_of(PAGE) => b"\n]}\n{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#security/auditLog/queries('q')/records\",\"value\":[\n",
        _ => b",\n",
    };
    out.extend_from_slice(separator);
    out.extend_from_slice(b"{\"id\":\"");
    out.extend_from_slice(&entry.id.text());
    out.extend_from_slice(b"\",\"createdDateTime\":\"");
    write_plain(out, entry.at);
    out.extend_from_slice(b"Z\",\"auditLogRecordType\":");
    let name = record_type_name(entry.record_type);
    let camel = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
    quote(out, camel.as_bytes());
    out.extend_from_slice(b",\"operation\":");
    quote(out, entry.operation.as_bytes());
    out.extend_from_slice(b",\"userPrincipalName\":\"");
    out.extend_from_slice(sink.user(entry));
    out.extend_from_slice(
        b"\",\"auditData\":{\"@odata.type\":\"#microsoft.graph.security.defaultAuditData\",",
    );
    out.extend_from_slice(&sink.body(entry)[1..]);
    out.push(b'}');
}

const GRAPH_HEAD: &[u8] = b"{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#security/auditLog/queries('q')/records\",\"value\":[\n";

/// Undoes the only escape that user names need: the backslash.
fn unescaped(user: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(user.len());
    let mut bytes = user.iter();
    while let Some(&byte) = bytes.next() {
        out.push(if byte == b'\\' {
            bytes.next().copied().unwrap_or(byte)
        } else {
            byte
        });
    }
    out
}

/// Names of record types (semantics §1.11).
fn record_type_name(record_type: u16) -> &'static str {
    match record_type {
        1 => "ExchangeAdmin",
        2 => "ExchangeItem",
        3 => "ExchangeItemGroup",
        4 => "SharePoint",
        6 => "SharePointFileOperation",
        8 => "AzureActiveDirectory",
        14 => "SharePointSharingOperation",
        15 => "AzureActiveDirectoryStsLogon",
        50 => "ExchangeItemAggregated",
        _ => "Unknown",
    }
}
