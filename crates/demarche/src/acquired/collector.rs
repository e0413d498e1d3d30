//! What a collector's own log says of its runs: window, filters, counts, output folders.
//!
//! Read: LogFile.txt of Microsoft-Extractor-Suite 1.x to 4.1, the messages of its scripts. Its
//! version is in none of them, and its stamps are the clock of the machine, without a zone.

use demarche_core::vocab::moment::Moment;

/// The program whose logs are read here.
pub const TOOL: &str = "Microsoft-Extractor-Suite";

/// The name that program gives its log.
pub const NAME: &str = "LogFile.txt";

/// The most lines read of one log, runs kept, and filters kept of a run.
const LINES_MAX: usize = 5_000_000;
const RUNS_MAX: usize = 10_000;
const FILTERS_MAX: usize = 100;

/// One collection as the log tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collection {
    /// What was collected, as the log calls it.
    pub what: String,
    /// The stamp of its first line, as written; the zone is not known.
    pub stamp: String,
    /// From when records were asked for.
    pub from: Option<Moment>,
    /// Until when.
    pub to: Option<Moment>,
    /// What narrowed the question, as far as the log tells.
    pub filters: Vec<String>,
    /// Records it counted.
    pub records: Option<u64>,
    /// The folder or file it wrote, with forward slashes.
    pub output: String,
}

/// Reads a log; both UTF-8 and the UTF-16 that Windows PowerShell writes.
pub fn read(bytes: &[u8]) -> Vec<Collection> {
    let text = text_of(bytes);
    let mut runs: Vec<Collection> = Vec::new();
    let mut listing = "";
    for line in text.lines().take(LINES_MAX) {
        let (stamp, message) = stamped(line);
        if let Some(what) = begins(message) {
            if runs.len() == RUNS_MAX {
                break;
            }
            listing = "";
            runs.push(Collection {
                what: what.to_owned(),
                stamp: stamp.to_owned(),
                ..Collection::default()
            });
        } else if let Some(run) = runs.last_mut() {
            take(run, message, &mut listing);
        }
    }
    runs
}

/// Takes one message into the run it belongs to; `listing` is the list that is being given.
fn take<'a>(run: &mut Collection, message: &'a str, listing: &mut &'a str) {
    let message = message.trim();
    if let Some(item) = message.strip_prefix("- ").or(message.strip_prefix('-'))
        && !listing.is_empty()
        && !item.starts_with('-')
    {
        return filter(run, format!("{listing}={}", item.trim()));
    }
    *listing = "";
    if let Some(list) = message
        .strip_prefix("The following ")
        .or(message.strip_prefix("[INFO] The following "))
        && message.ends_with("are configured to be extracted:")
    {
        *listing = list.split(['(', ' ']).next().unwrap_or_default();
    } else if let Some((from, to)) = old_window(message) {
        (run.from, run.to) = (run.from.or(from), run.to.or(to));
    } else if let Some((key, value)) = message.split_once(':') {
        pair(run, key.trim(), value.trim());
    }
}

/// Takes `key: value`.
fn pair(run: &mut Collection, key: &str, value: &str) {
    let utc = || Moment::parse_iso(value.trim_end_matches(" UTC"));
    match key.to_lowercase().as_str() {
        "start date" if run.from.is_none() => run.from = utc(),
        "end date" if run.to.is_none() => run.to = utc(),
        "total records" | "records" => {
            let counted: Option<u64> = value.replace(',', "").parse().ok();
            // Kinds counted one by one are added up; a total after them replaces their sum.
            run.records = match (key.to_lowercase().starts_with("total"), counted) {
                (true, Some(total)) => Some(total),
                (_, Some(part)) => Some(run.records.unwrap_or(0).saturating_add(part)),
                (_, None) => run.records,
            };
        }
        "output directory" | "output file" if run.output.is_empty() => {
            run.output = value.replace('\\', "/");
        }
        "filtering for user" | "[info] filtering by objectids" => {
            filter(
                run,
                format!("{}={value}", key.trim_start_matches("[INFO] ")),
            );
        }
        _ => {}
    }
}

fn filter(run: &mut Collection, text: String) {
    if run.filters.len() < FILTERS_MAX && !run.filters.contains(&text) {
        run.filters.push(text);
    }
}

/// What a message says is beginning.
fn begins(message: &str) -> Option<&str> {
    let message = message.trim();
    let new = message
        .strip_prefix("=== Starting ")
        .and_then(|rest| rest.strip_suffix(" ==="));
    new.or_else(|| message.strip_prefix("[INFO] Running Get-"))
}

/// The window as releases before 3 announce it.
fn old_window(message: &str) -> Option<(Option<Moment>, Option<Moment>)> {
    let (_, rest) = message.split_once("Extracting all available audit logs between ")?;
    let (from, to) = rest.split_once(" and ")?;
    Some((Moment::parse_iso(from.trim()), Moment::parse_iso(to.trim())))
}

/// The stamp before a message: in whatever form, it ends with a colon and a space.
fn stamped(line: &str) -> (&str, &str) {
    let line = line.trim_start_matches('\u{feff}');
    let stamp = line
        .split_once(": ")
        .filter(|(stamp, _)| stamp.len() <= 24 && stamp.starts_with(|c: char| c.is_ascii_digit()));
    stamp.unwrap_or(("", line))
}

/// The text of a log, wrong bytes replaced.
fn text_of(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let words: Vec<u16> = rest
                .as_chunks::<2>()
                .0
                .iter()
                .map(|pair| u16::from_le_bytes(*pair))
                .collect();
            String::from_utf16_lossy(&words)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by hand from the messages of the scripts; no real log.
    const NEW: &str = "2026-03-02 08:15:20: === Starting Unified Audit Log Collection ===\n\
        2026-03-02 08:15:20: Start date: 2026-01-01 00:00:00\n\
        2026-03-02 08:15:20: End date: 2026-03-01 00:00:00\n\
        2026-03-02 08:15:20: Output format: CSV\n\
        2026-03-02 08:15:20: Output Directory: Output\\UnifiedAuditLog\\20260302-081520\n\
        2026-03-02 08:15:20: \nThe following RecordType(s) are configured to be extracted:\n\
        2026-03-02 08:15:20:   - ExchangeItem\n\
        2026-03-02 08:15:20:   - ExchangeAdmin\n\
        2026-03-02 08:15:20: ----------------------------------------\n\n\
        2026-03-02 08:20:20: \n=== Unified Audit Log Collection Summary ===\n\
        2026-03-02 08:20:20:   Total Records: 1,234\n\
        2026-03-02 09:00:00: === Starting Sign-in Log Collection ===\n\
        2026-03-02 09:00:00: Start Date: 2026-02-01T00:00:00Z\n\
        2026-03-02 09:00:00: End Date: 2026-03-01T00:00:00Z\n\
        2026-03-02 09:00:00: Filtering for User: ana@example.org\n\
        2026-03-02 09:00:10:   Records: 3\n\
        2026-03-02 09:00:20:   Records: 4\n";

    #[test]
    fn runs_of_a_log_are_told_apart() {
        let runs = read(NEW.as_bytes());
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].what, "Unified Audit Log Collection");
        assert_eq!(runs[0].stamp, "2026-03-02 08:15:20");
        assert!(runs[0].from.unwrap().to_string().starts_with("2026-01-01"));
        assert_eq!(
            runs[0].filters,
            ["RecordType=ExchangeItem", "RecordType=ExchangeAdmin"]
        );
        assert_eq!(runs[0].records, Some(1234));
        assert_eq!(runs[0].output, "Output/UnifiedAuditLog/20260302-081520");
        assert_eq!(runs[1].records, Some(7));
        assert_eq!(runs[1].filters, ["Filtering for User=ana@example.org"]);
    }

    #[test]
    fn utf16_and_old_messages_are_read() {
        let text = "26/09/2023 09:11:50: [INFO] Running Get-UALAll\r\n26/09/2023 09:11:50: [INFO] Extracting all available audit logs between 2023-07-01T00:00:00Z and 2023-09-01T00:00:00Z\r\n";
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let runs = read(&bytes);
        assert_eq!(runs[0].what, "UALAll");
        assert_eq!(runs[0].stamp, "26/09/2023 09:11:50");
        assert!(runs[0].to.unwrap().to_string().starts_with("2023-09-01"));
        assert_eq!(read(b"\xff\xfe\x00"), []);
        assert_eq!(read(b"plain text: nothing\n"), []);
    }
}
