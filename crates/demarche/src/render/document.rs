//! A brief as headings, sentences and tables: what Markdown and PDF are written from.

use demarche_core::brief::phrase;

use crate::render::figure::drawing::Drawing;
use crate::render::figure::sums::Sums;
use crate::render::figure::{calendar, grades, reach, timeline};
use crate::render::look::Look;
use crate::render::words;
use crate::view::{Place, Session, View};

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading of a level from 1.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// A paragraph that leads: the answer itself.
    Lead(String),
    /// A paragraph in a frame: a limit, what was left out, what is not cleared.
    Note(String),
    /// A command, as it is to be typed.
    Command(String),
    /// A table.
    Table(Table),
    /// A figure, and how it is read.
    Figure(Drawing, String),
    /// The end of a page.
    PageEnd,
}

/// A table of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it is of, for readers that cannot see it.
    pub title: String,
    /// Its columns, each with its share of the width.
    pub columns: Vec<(&'static str, u32)>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// How many rows were left to the CSV.
    pub n_more: usize,
}

/// The most rows of one table; the rest stands in the CSV beside it.
const ROWS_MOST: usize = 400;

struct Writer<'a> {
    look: &'a Look,
    blocks: Vec<Block>,
}

/// The whole brief.
pub fn document(view: &View, look: &Look) -> Vec<Block> {
    let mut writer = Writer {
        look,
        blocks: Vec::new(),
    };
    writer.page_one(view);
    writer.blocks.push(Block::PageEnd);
    if !look.of_person {
        writer.cut_off(view);
    }
    writer.open(view);
    if !look.of_person {
        writer.totals(view);
    }
    writer.items();
    writer.figures(view);
    writer.heading("Listed sessions");
    writer.text(
        "Every item that was reached stands in exposure.csv, and in the workbook, with its record.",
    );
    for session in view.sessions.iter().take(ROWS_MOST) {
        writer.session(view, session);
    }
    writer.further(view.sessions.len(), "listed session");
    if !look.of_person {
        writer.suspects(view);
        writer.warn(view);
    }
    writer.attempts(view);
    writer.claims(view);
    if !look.of_person {
        writer.clock(view);
    }
    writer.unknown(view);
    writer.changes(view);
    writer.method(view);
    writer.sources(view);
    writer.blocks
}

impl Writer<'_> {
    fn heading(&mut self, text: &str) {
        self.blocks.push(Block::Heading(2, text.to_owned()));
    }

    fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    fn table(&mut self, title: &str, columns: &[(&'static str, u32)], rows: Vec<Vec<String>>) {
        if rows.is_empty() {
            return self.text("None.");
        }
        let n_more = rows.len().saturating_sub(ROWS_MOST);
        let mut rows = rows;
        rows.truncate(ROWS_MOST);
        self.blocks.push(Block::Table(Table {
            title: title.to_owned(),
            columns: columns.to_vec(),
            rows,
            n_more,
        }));
    }

    /// A time, with the reader's own behind it.
    fn time(&self, at: &str) -> String {
        match &self.look.zone {
            Some(zone) if !at.is_empty() => format!("{at} ({} {})", zone.local(at), zone.name),
            _ => at.to_owned(),
        }
    }

    fn page_one(&mut self, view: &View) {
        let title = "What the audit logs show, and what they cannot";
        self.blocks.push(Block::Heading(1, title.to_owned()));
        let mut about = format!(
            "Case {}, run {}, all times UTC, demarche {}",
            view.case, view.method.run, view.method.version
        );
        if !self.look.audience.is_empty() {
            about.push_str(&format!(", written for {}", self.look.audience));
        }
        self.text(about);
        for limit in &view.method.limits {
            self.blocks.push(Block::Note(format!("Limited: {limit}")));
        }
        if !self.look.left_out.is_empty() {
            self.text(format!("Left out: {}", self.look.left_out()));
        }
        for answer in &view.page_one {
            let leads = matches!(answer.question.as_str(), "entered" | "accessed");
            let is_note = answer.question == "unlisted";
            if !is_note {
                self.heading(&answer.title);
            }
            for (place, sentence) in answer.sentences.iter().enumerate() {
                let sentence = sentence.clone();
                self.blocks.push(match (is_note, leads && place == 0) {
                    (true, _) => Block::Note(sentence),
                    (_, true) => Block::Lead(sentence),
                    _ => Block::Text(sentence),
                });
            }
        }
    }

    fn cut_off(&mut self, view: &View) {
        self.heading("Cutting off, in order");
        if view.cut_off.is_empty() {
            return self.text("No step follows from what is listed. That is no statement about sessions that are not listed.");
        }
        self.text(
            "Nothing here was executed. Steps for suspect sessions ask for a determination first.",
        );
        for step in view.cut_off.iter().take(ROWS_MOST) {
            let weight = if step.hostile { "hostile" } else { "suspect" };
            let about = match step.about.is_empty() {
                true => String::new(),
                false => format!(": {}", step.about),
            };
            self.text(format!(
                "{}. [{weight}] {}{about}",
                step.number, step.action
            ));
            if !step.command.is_empty() {
                self.blocks.push(Block::Command(step.command.clone()));
            }
            if !step.note.is_empty() {
                self.text(step.note.clone());
            }
            if !step.on_record.is_empty() {
                self.text(format!("On record: {}", step.on_record));
            }
        }
        self.further(view.cut_off.len(), "step");
    }

    /// What is said of things beyond the most that are shown.
    fn further(&mut self, n: usize, thing: &str) {
        let more = n.saturating_sub(ROWS_MOST);
        if more > 0 {
            let more = words::counted(more as u64, &format!("further {thing}"));
            self.blocks.push(Block::Note(format!(
                "Not shown here: {more}; all of them stand in brief.json."
            )));
        }
    }

    fn open(&mut self, view: &View) {
        self.heading("Still in place");
        let rows = view.open.iter().map(|row| {
            vec![
                row.verdict.clone(),
                row.sentence.clone(),
                self.time(&row.since),
                row.record.to_string(),
            ]
        });
        let rows = rows.collect();
        self.table(
            "Still in place",
            &[
                ("verdict", 1),
                ("what", 5),
                ("since, UTC", 2),
                ("record", 1),
            ],
            rows,
        );
    }

    fn totals(&mut self, view: &View) {
        self.heading("Totals");
        self.text("Distinct items per verdict. Rows are never added together; suspect totals hold only if those sessions were hostile.");
        let rows = view.totals.iter().map(|total| {
            vec![
                total.verdict.clone(),
                phrase::grouped(total.sessions),
                phrase::grouped(total.accounts),
                total.certain.words(),
                total.presumed.words(),
                phrase::grouped(total.presumed_containers),
                phrase::grouped(total.presumed_stores),
                phrase::grouped(total.copying_rules),
            ]
        });
        let columns = [
            ("if", 1),
            ("sessions", 1),
            ("accounts", 1),
            ("certain", 3),
            ("presumed", 3),
            ("containers presumed", 1),
            ("stores presumed", 1),
            ("rules that copied mail", 1),
        ];
        self.table("Totals", &columns, rows.collect());
    }

    fn items(&mut self) {
        let Some(items) = &self.look.items else {
            return;
        };
        self.heading("By class, as your inventory names them");
        for sentence in items.sentences.clone() {
            self.text(sentence);
        }
        let rows = items.classes.iter().map(|class| {
            vec![
                class.verdict.clone(),
                class.column.clone(),
                class.value.clone(),
                phrase::grouped(class.certain),
                phrase::grouped(class.presumed),
            ]
        });
        let columns = [
            ("verdict", 1),
            ("column", 1),
            ("class", 2),
            ("items, certain", 1),
            ("items, presumed", 1),
        ];
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            self.table("Totals per class", &columns, rows);
        }
    }

    fn figure(&mut self, title: &str, figure: Drawing, read: &str) {
        if !figure.is_empty() {
            self.blocks.push(Block::Heading(3, title.to_owned()));
            self.blocks.push(Block::Figure(figure, read.to_owned()));
        }
    }

    fn figures(&mut self, view: &View) {
        let sums = Sums::of(view);
        self.figure(
            "Timeline",
            timeline::of(view),
            "Days in UTC. Triangle: sign-in. Full circle: items named in a record (certain). Open circle: a container covered by a record (presumed). Square: something sent or put in place. Hatched: hours nobody speaks for.",
        );
        self.figure(
            "Items over time",
            grades::draw(&sums),
            "Rows of exposure.csv by the day they were first reached. Full: named in a record (certain). Outlined: presumed. What is unknowable cannot be drawn: see the gaps.",
        );
        self.figure(
            "From where",
            reach::draw(&reach::reaches(&sums), sums.n_unheld),
            "Events of listed sessions. Full lines: a hostile session is among them; dashed: suspect ones only. A network or client alone ties nothing to anybody.",
        );
    }

    fn session(&mut self, view: &View, row: &Session) {
        let account = match row.account.as_str() {
            "" => "no account on record",
            account => account,
        };
        let title = format!(
            "{}: {account}, session {}",
            phrase::capital(&row.verdict),
            row.id
        );
        self.blocks.push(Block::Heading(3, title));
        self.text(format!(
            "{} to {}, {}, held together by {}. {} (basis: {}).",
            self.time(&row.first),
            self.time(&row.last),
            words::counted(row.events, "event"),
            words::tie(&row.tie),
            phrase::capital(&words::why(row.row, &row.reason)),
            row.basis
        ));
        let mut reached = format!("Named in records: {}.", row.exposure.certain.words());
        for presumed in &row.exposure.presumed {
            reached.push_str(&format!(
                " Presumed: {} of {} ({}).",
                presumed.container, presumed.store, presumed.why
            ));
        }
        if !row.exposure.unknowable.is_empty() {
            reached.push_str(&format!(
                " Unknowable: {} over it.",
                words::counted(row.exposure.unknowable.len() as u64, "gap")
            ));
        }
        self.text(reached);
        let short = |values: &[String]| match values.len() {
            0 => "none on record".to_owned(),
            1..=8 => values.join(", "),
            n => format!(
                "{} and {} more",
                values[..8].join(", "),
                phrase::grouped((n - 8) as u64)
            ),
        };
        self.text(format!(
            "Addresses: {}. Clients: {}.",
            short(&row.addresses),
            short(&row.clients)
        ));
        for finding in view
            .findings
            .iter()
            .filter(|finding| finding.session == row.id)
        {
            self.text(format!(
                "{} ({}, row {}): {}",
                finding.kind,
                words::said(&finding.verdict),
                finding.row,
                finding.sentence
            ));
        }
    }

    fn suspects(&mut self, view: &View) {
        self.heading("Suspects by cause");
        let rows = view.suspects.iter().map(|group| {
            vec![
                group.about.clone(),
                phrase::grouped(group.sessions.len() as u64),
                group.question.clone(),
            ]
        });
        self.table(
            "Suspects by cause",
            &[("cause", 3), ("sessions", 1), ("ask", 6)],
            rows.collect(),
        );
    }

    fn warn(&mut self, view: &View) {
        self.heading("Who else must be warned");
        let rows = view.warn.recipients.iter().map(|row| {
            vec![
                row.address.clone(),
                row.senders.join(", "),
                phrase::grouped(row.messages),
                self.time(&row.first),
            ]
        });
        let rows: Vec<_> = rows.collect();
        let unnamed = view.warn.unnamed.messages;
        if rows.is_empty() && unnamed == 0 {
            self.text("No recipient of mail sent in a hostile session is on record.");
        }
        if unnamed > 0 {
            self.text(format!(
                "{} sent in hostile sessions without a recipient on record, in the name of {}: a message trace or the sent items name them.",
                phrase::capital(&words::counted(unnamed, "message")),
                view.warn.unnamed.senders.join(", ")
            ));
        }
        if rows.is_empty() {
            return;
        }
        self.table(
            "Recipients",
            &[
                ("recipient", 3),
                ("in the name of", 3),
                ("messages", 1),
                ("first, UTC", 2),
            ],
            rows,
        );
    }

    fn attempts(&mut self, view: &View) {
        self.heading("Attempts, and passwords that are known");
        if view.attempts.is_empty() {
            return self.text("None is on record in sessions that are not listed.");
        }
        self.text("These sessions are not listed: on record, none of them got in.");
        let rows = view.attempts.iter().map(|attempt| {
            vec![
                words::said(&attempt.kind).into_owned(),
                self.time(&attempt.first),
                attempt.sentence.clone(),
                places(&attempt.records),
            ]
        });
        let rows = rows.collect();
        let columns = [("kind", 2), ("first, UTC", 2), ("what", 6), ("records", 2)];
        self.table("Attempts", &columns, rows);
    }

    fn claims(&mut self, view: &View) {
        self.heading("Claims and their records");
        self.text("A record is named by source and leaf. Claims marked absence rest on what is not there and cannot be checked from one record.");
        let rows = view.claims.iter().map(|claim| {
            let absence = if claim.absence.is_null() {
                ""
            } else {
                " (absence)"
            };
            vec![
                claim.id.clone(),
                format!("{}{absence}", claim.kind),
                claim.sentence.clone(),
                places(&claim.records),
                claim.caveats.join(", "),
            ]
        });
        let columns = [
            ("claim", 2),
            ("kind", 2),
            ("sentence", 8),
            ("records", 2),
            ("caveats", 1),
        ];
        self.table("Claims", &columns, rows.collect());
    }

    fn changes(&mut self, view: &View) {
        if view.changes.changes.is_empty() {
            return;
        }
        let title = format!("What moved since run {}", view.changes.since_run);
        self.heading(&title);
        for sentence in &view.changes.sentences {
            self.text(sentence.clone());
        }
        let rows = view.changes.changes.iter().map(|change| {
            vec![
                words::said(&change.movement).into_owned(),
                words::said(&change.thing).into_owned(),
                change.id.clone(),
                change.before.clone(),
                change.after.clone(),
            ]
        });
        let columns = [
            ("moved", 2),
            ("what", 2),
            ("id", 5),
            ("before", 2),
            ("after", 2),
        ];
        self.table("What moved", &columns, rows.collect());
    }

    fn clock(&mut self, view: &View) {
        self.heading("Clock");
        let clock = &view.clock;
        let marks = [
            ("logs begin", &clock.visible_from),
            ("first attempt", &clock.first_attempt),
            ("first entry", &clock.first_entry),
            ("first access", &clock.first_access),
            ("first suspect", &clock.first_suspect),
            ("first alert on record", &clock.first_alert_on_record),
            ("last hostile", &clock.last_hostile),
        ];
        let rows = marks.into_iter().map(|(name, mark)| match mark {
            Some(mark) => vec![name.to_owned(), self.time(&mark.at), mark.what.clone()],
            None => vec![name.to_owned(), "none on record".to_owned(), String::new()],
        });
        let mut rows: Vec<Vec<String>> = rows.collect();
        for (name, at, who) in clock.stated() {
            let what = format!("{who} (stated, not on record)");
            rows.push(vec![name.to_owned(), self.time(at), what.trim().to_owned()]);
        }
        self.table("Clock", &[("what", 2), ("UTC", 3), ("of what", 6)], rows);
        for sentence in view.clock.sentences.clone() {
            self.text(sentence);
        }
    }

    fn unknown(&mut self, view: &View) {
        self.heading("What cannot be known");
        self.figure(
            "Coverage",
            calendar::draw(view, &Sums::of(view)),
            "Filled: days between the first and the last record of a kind of log. Hatched: days on which a gap of it lies, or a kind of record of which nothing was handed in. Full mark: a day with events of a hostile session; open mark: of suspect ones only. A filled day is not a complete day: some gaps have no days.",
        );
        let end = |at: &Option<String>| at.clone().unwrap_or_default();
        let rows = view.gaps.iter().map(|gap| {
            vec![
                gap.id.clone(),
                gap.kind.clone(),
                end(&gap.from),
                end(&gap.to),
                gap.effect.clone(),
            ]
        });
        let columns = [
            ("gap", 2),
            ("kind", 2),
            ("from, UTC", 3),
            ("to, UTC", 3),
            ("effect", 8),
        ];
        self.table("Gaps", &columns, rows.collect());
        self.heading("What can still be had, soonest to expire first");
        let rows = view.missing.iter().map(|missing| {
            let until = match (&missing.expires, missing.expired) {
                (_, true) => "past its retention".to_owned(),
                (Some(at), _) => at.chars().take(10).collect(),
                (None, _) => "not stated".to_owned(),
            };
            let assumed = if missing.assumed {
                " (licence assumed)"
            } else {
                ""
            };
            vec![
                format!("{until}{assumed}"),
                missing.title.clone(),
                missing.why.clone(),
                missing.export.clone(),
            ]
        });
        let columns = [
            ("until", 2),
            ("source", 2),
            ("why", 4),
            ("how to export it", 5),
        ];
        self.table("Still to be had", &columns, rows.collect());
    }

    fn method(&mut self, view: &View) {
        self.heading("Method");
        for note in &view.method.notes {
            self.text(note.clone());
        }
        for determination in &view.method.determinations {
            self.text(format!(
                "Determination: {} Changed: {}.",
                determination.text,
                words::counted(determination.sessions.len() as u64, "session")
            ));
            for conflict in &determination.conflicts {
                self.text(format!("What the records bear out against it: {conflict}."));
            }
        }
        let rows = view.method.table.iter().map(|row| {
            vec![
                row.row.to_string(),
                row.evidence.clone(),
                row.alone.clone(),
                row.hostile_with.clone(),
            ]
        });
        let columns = [
            ("row", 1),
            ("evidence", 6),
            ("alone", 4),
            ("becomes hostile with", 5),
        ];
        self.table("The verdict table", &columns, rows.collect());
        let rows = view
            .caveats
            .iter()
            .map(|caveat| vec![caveat.id.clone(), caveat.text.clone()]);
        self.table(
            "Caveats",
            &[("caveat", 1), ("what it says", 9)],
            rows.collect(),
        );
    }

    fn sources(&mut self, view: &View) {
        self.heading("Sources and accounting");
        self.text("Every byte of a source is in a record or in filler; records = distinct + duplicates + rejected.");
        let rows = view.accounting.iter().map(|row| {
            vec![
                row.source.to_string(),
                format!("{} (SHA-256 {})", row.path, row.sha256),
                row.kind.clone(),
                phrase::grouped(row.decoded_bytes),
                phrase::grouped(row.records),
                phrase::grouped(row.distinct),
                phrase::grouped(row.duplicates),
                phrase::grouped(row.rejected),
            ]
        });
        let columns = [
            ("source", 1),
            ("path", 6),
            ("kind", 2),
            ("bytes", 2),
            ("records", 2),
            ("distinct", 2),
            ("duplicates", 2),
            ("rejected", 2),
        ];
        self.table("Sources", &columns, rows.collect());
        self.text("Integrity is shown from intake on. Nothing here shows that a log was complete or unaltered before it was taken in, that a provider wrote it, or that something absent did not happen.");
        match view.checkpoint() {
            "" => self.text("This case is not sealed: no checkpoint."),
            checkpoint => self.blocks.push(Block::Command(checkpoint.to_owned())),
        }
    }
}

/// The first records of a list, by source and leaf, and how many more there are.
fn places(records: &[Place]) -> String {
    const MOST: usize = 6;
    let shown: Vec<String> = records.iter().take(MOST).map(Place::to_string).collect();
    match records.len().saturating_sub(MOST) {
        0 => shown.join(" "),
        more => format!(
            "{} and {} more",
            shown.join(" "),
            phrase::grouped(more as u64)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Attempt, Claim, Step, Told, Unnamed};

    /// The words of a brief, as Markdown writes them.
    fn written(view: &View) -> String {
        crate::render::markdown::page(view, &Look::default())
    }

    #[test]
    fn what_the_page_says_is_said_in_every_form() {
        let mut view = View::default();
        let told = [
            "No recipient of mail sent in a hostile session is on record.",
            "None is on record in sessions that are not listed.",
        ];
        let text = written(&view);
        assert!(told.iter().all(|said| text.contains(said)), "{text}");
        view.warn.unnamed = Unnamed {
            messages: 5,
            senders: vec!["ana".to_owned()],
            records: Vec::new(),
        };
        view.cut_off = vec![Step {
            note: "Revoking ends refresh tokens alone.".to_owned(),
            ..Step::default()
        }];
        view.attempts = vec![Attempt {
            sentence: "wrong passwords".to_owned(),
            records: (0..8).map(|_| Place::default()).collect(),
            ..Attempt::default()
        }];
        view.claims = vec![Claim {
            id: "C-1".to_owned(),
            absence: serde_json::Value::Bool(true),
            kind: "open".to_owned(),
            ..Claim::default()
        }];
        view.clock.noticed = vec![Told {
            who: "the board".to_owned(),
            at: "2026-03-02T10:00:00Z".to_owned(),
        }];
        let text = written(&view);
        for said in [
            "5 messages sent in hostile sessions without a recipient on record, in the name of ana",
            "Revoking ends refresh tokens alone.",
            "wrong passwords",
            "0/0 and 2 more",
            "C-1 | open (absence)",
            "the board (stated, not on record)",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}
