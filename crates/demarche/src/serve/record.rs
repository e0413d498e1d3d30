//! One record: its bytes, and the path that joins them to the sealed log.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::Command;

use demarche_core::brief::phrase;
use demarche_evidence::directory::Directory;
use demarche_evidence::entry::SealedSource;
use demarche_evidence::opening::{Opening, Piece};
use demarche_evidence::verify::{Outcome, entries, log};

use crate::error::{Error, Result};
use crate::evidence::layout::{Evidence, read_if_there, verifier_key};
use crate::serve::page::{Part, Table, cell, number};
use crate::serve::site::{Answer, Asked};
use crate::verify::trust;
use crate::view::listed::{Citing, Listed};
use crate::view::{Exposure, TimelineRow};

/// The most bytes of a record shown.
const RECORD_MOST: u64 = 256 * 1024;

/// One record: from the opening that the case keeps, else from its source.
///
/// # Errors
/// Those of the disk.
pub fn one(asked: &Asked<'_>, source: &str, leaf: &str) -> Result<Answer> {
    let kept = source.parse::<u32>().ok().and(leaf.parse().ok());
    let opening = kept.and_then(|leaf: u64| {
        let path = Evidence::of(&asked.case.dir).record(source, leaf);
        let bytes = read_if_there(&path).ok().flatten()?;
        Opening::parse(&bytes).ok()
    });
    let mut parts = cites(asked, source, leaf)?;
    match opening {
        Some(opening) => parts.extend(opened(asked, &opening)),
        None => parts.extend(at_source(asked, source, leaf)?),
    }
    Ok(Answer {
        title: format!("Record {source}/{leaf}"),
        parts,
        again: 0,
    })
}

/// The rows of a table that cite the record; none where it is no place.
fn rows(table: &Listed, source: &str, leaf: &str) -> Result<Citing> {
    match (source.parse(), leaf.parse()) {
        (Ok(source), Ok(leaf)) => table.citing(source, leaf),
        _ => Ok(Citing::default()),
    }
}

/// The listed sessions that cite the record.
fn cites(asked: &Asked<'_>, source: &str, leaf: &str) -> Result<Vec<Part>> {
    let citing = rows(&asked.read.tables.timeline, source, leaf)?;
    let rows = citing
        .rows
        .into_iter()
        .map(|row| TimelineRow::of(row.into_iter()));
    let mut sessions: Vec<String> = rows.map(|row| row.session).collect();
    sessions.sort_unstable();
    sessions.dedup();
    let links = sessions.into_iter().map(|id| {
        let href = format!("{}/session/{}", asked.at, crate::serve::http::encoded(&id));
        (format!("Session {id}"), href)
    });
    let links: Vec<_> = links.collect();
    let mut parts = match links.is_empty() {
        true => Vec::new(),
        false => vec![Part::Text("An event of:".to_owned()), Part::Links(links)],
    };
    if !citing.is_all {
        parts.push(Part::Note(
            "More rows cite this record than were read for this page; timeline.csv holds all of them.".to_owned(),
        ));
    }
    Ok(parts)
}

/// What the case keeps of the record, and how it is proven.
fn opened(asked: &Asked<'_>, opening: &Opening) -> Vec<Part> {
    let mut text = String::new();
    for piece in opening.pieces() {
        match piece {
            Piece::Bytes(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
            Piece::Withheld => text.push_str("[withheld]"),
        }
    }
    let text: String = text.chars().take(RECORD_MOST as usize).collect();
    let case = asked.case.dir.display();
    let mut parts = vec![
        Part::Text(format!(
            "{} bytes from byte {} of the decoded source {}{}.",
            phrase::grouped(opening.length),
            phrase::grouped(opening.offset),
            opening.source,
            path_of(asked, &opening.source)
        )),
        Part::Lines(text),
        Part::Heading("Proof".to_owned()),
        checked(asked, opening),
    ];
    let steps = opening
        .path
        .iter()
        .enumerate()
        .map(|(place, digest)| vec![number(place as u64 + 1), cell(digest.to_string())]);
    parts.push(Part::Table(Table {
        title: "Path to the root".to_owned(),
        columns: vec!["step", "hashed with"],
        rows: steps.collect(),
        empty: "The record is the only one of its source: its leaf is the root.",
    }));
    parts.push(Part::Text("To give this record and its proof to somebody else, as a pack that needs none of our programs:".to_owned()));
    parts.push(Part::Lines(format!(
        "demarche disclose {case} --leaf {}/{} --out record.zip",
        opening.source, opening.leaf
    )));
    parts
}

fn path_of(asked: &Asked<'_>, source: &str) -> String {
    let mut rows = asked.view.accounting.iter();
    let row = rows.find(|row| row.source.to_string() == source);
    row.map(|row| format!(" ({})", row.path))
        .unwrap_or_default()
}

/// Whether the record's path leads to the root that the log sealed.
fn checked(asked: &Asked<'_>, opening: &Opening) -> Part {
    let seals = match asked.read.seals(&asked.case.dir) {
        Ok(seals) => seals,
        Err(said) => return Part::Note(format!("Not checked: {said}")),
    };
    let of_source = |(index, seal): &&(u64, SealedSource)| {
        *index == opening.entry && seal.source == opening.source
    };
    let Some((entry, seal)) = seals.iter().find(of_source) else {
        return Part::Note("Not checked: no entry of the log seals its source".to_owned());
    };
    match opening.check(seal) {
        Ok(()) => Part::Text(format!(
            "Checked now: leaf {} of {} leads by {} hashes to root {}, which entry {entry} of the case log sealed at intake. The log itself was checked when these pages read the case.",
            phrase::grouped(opening.leaf),
            phrase::grouped(seal.spans),
            opening.path.len(),
            seal.root
        )),
        Err(fault) => Part::Note(format!("Checked now, and it does not hold: {fault}")),
    }
}

/// What a log that holds under the key beside the case seals of sources, by entry.
///
/// # Errors
/// A key or a log that cannot be read, and a log in which anything is wrong.
pub fn sealed(case: &Path) -> Result<Vec<(u64, SealedSource)>> {
    let key = verifier_key(case);
    let key = key.to_string_lossy();
    let policy = trust::policy(Some(&key), None, case)?;
    let folder = Evidence::of(case).log();
    let files = Directory::open(&folder)
        .map_err(|cause| Error::undecided("the log cannot be read").because(&cause))?;
    let log = log::check(&files, &policy, &[]);
    let numbered = (0..).zip(log.entries.iter().map(Vec::as_slice));
    let entries = entries::check(numbered, true);
    let mut faults = log.faults.iter().chain(entries.faults.iter());
    if let Some(fault) = faults.find(|fault| fault.outcome != Outcome::Holds) {
        return Err(Error::undecided(format!(
            "the case log does not hold: {fault}"
        )));
    }
    let seals = entries.entries.iter().filter_map(|(index, entry)| {
        let seal = SealedSource::read(entry).ok().flatten()?;
        Some((*index, seal))
    });
    Ok(seals.collect())
}

/// The record as it lies in its source, where that is still there and not packed.
fn at_source(asked: &Asked<'_>, source: &str, leaf: &str) -> Result<Vec<Part>> {
    let view = &asked.view;
    let tables = &asked.read.tables;
    let events = rows(&tables.timeline, source, leaf)?.rows.into_iter();
    let events = events.map(|row| TimelineRow::of(row.into_iter()));
    let reached = rows(&tables.exposures, source, leaf)?.rows.into_iter();
    let reached = reached.map(|row| Exposure::of(row.into_iter()));
    let found = events
        .map(|row| (row.offset, row.length))
        .chain(reached.map(|row| (row.offset, row.length)))
        .next();
    let row = view
        .accounting
        .iter()
        .find(|row| row.source.to_string() == source);
    let (Some((offset, length)), Some(row)) = (found, row) else {
        return Ok(vec![Part::Note(
            "No listed session cites this record.".to_owned(),
        )]);
    };
    let said = format!(
        "{length} bytes from byte {offset} of the decoded source {source} ({}), whose SHA-256 was {}.",
        row.path, row.sha256
    );
    let show = format!(
        "demarche disclose {} --leaf {source}/{leaf} --out record.zip",
        asked.case.dir.display()
    );
    let text = bytes(
        &row.path,
        row.bytes == row.decoded_bytes,
        (&offset, &length),
    );
    let mut parts = vec![Part::Text(said)];
    match text {
        Some(text) => parts.push(Part::Lines(text)),
        None => parts.push(Part::Note("The source is packed, has moved or has changed its size: its bytes are not shown here.".to_owned())),
    }
    parts.push(Part::Text("No claim cites this record by itself, so the case keeps no proof of it ready. With the sources at hand, this makes one:".to_owned()));
    parts.push(Part::Lines(show));
    Ok(parts)
}

fn bytes(path: &str, is_plain: bool, (offset, length): (&str, &str)) -> Option<String> {
    let (offset, length): (u64, u64) = (offset.parse().ok()?, length.parse().ok()?);
    let path = Path::new(path);
    if !is_plain || !path.is_file() {
        return None;
    }
    let mut file = std::fs::File::open(path).ok()?;
    file.seek(SeekFrom::Start(offset)).ok()?;
    let mut bytes = Vec::new();
    file.take(length.min(RECORD_MOST))
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Verifies the case by the command that a person would type, and shows what it says.
///
/// # Errors
/// A program that cannot be started.
pub fn verify(asked: &Asked<'_>) -> Result<Answer> {
    let program = std::env::current_exe()
        .map_err(|cause| Error::run("cannot find this program").because(&cause))?;
    let key = verifier_key(&asked.case.dir);
    let output = Command::new(program)
        .arg("verify")
        .arg(&asked.case.dir)
        .arg("--key")
        .arg(&key)
        .output()
        .map_err(|cause| Error::run("cannot verify").because(&cause))?;
    let lead = match output.status.code() {
        Some(0) => "It holds: what is here is what was sealed.",
        Some(1) => "It does NOT hold: a byte that is here is not what was sealed.",
        _ => "It cannot be decided: something that is needed is missing or cannot be read.",
    };
    let said = [output.stdout, output.stderr].concat();
    Ok(Answer {
        title: "Verified now".to_owned(),
        parts: vec![
            Part::Lead(lead.to_owned()),
            Part::Lines(String::from_utf8_lossy(&said).into_owned()),
            Part::Text(format!(
                "Checked with the key beside the case ({}), which shows that nothing was altered since it was sealed with that key; compare the key with one that came by a way of its own.",
                key.display()
            )),
            Part::Links(vec![(
                "Evidence".to_owned(),
                format!("{}/evidence", asked.at),
            )]),
        ],
        again: 0,
    })
}
