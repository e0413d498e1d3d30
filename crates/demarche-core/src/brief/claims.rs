//! States every claim of the brief with the records that bear it.

use std::collections::{BTreeMap, BTreeSet};

use crate::brief::clock::{Clock, Mark};
use crate::brief::entered::SessionRow;
use crate::brief::open::OpenRow;
use crate::brief::phrase::{count, grouped, list};
use crate::brief::write::Inputs;
use crate::claim::claim::{Claim, ClaimKind, Statement};
use crate::coverage::gap::{Gap, GapKind};
use crate::exposure::exposure::{Caveat, Exposure, Reached};
use crate::finding::finding::{Finding, Standing};
use crate::session::session::who;
use crate::vocab::card::Stream;
use crate::vocab::grade::{Grade, Verdict};
use crate::vocab::place::Place;

/// Rows of the verdict table that speak of issuance (K15).
const ISSUANCE_ROWS: [u8; 2] = [8, 9];

/// Rows that name an application (K18).
const APPLICATION_ROWS: [u8; 2] = [7, 10];

/// All claims: entered, accessed, presumed, unknowable, open, clock.
pub fn state(
    inputs: &Inputs<'_>,
    sessions: &[SessionRow],
    open: &[OpenRow],
    clock: &Clock,
) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let gaps: BTreeMap<&str, &Gap> = inputs
        .coverage
        .gaps
        .iter()
        .chain(&inputs.measured.gaps)
        .map(|gap| (gap.id.as_str(), gap))
        .collect();
    for row in sessions {
        claims.extend(entered(row, &inputs.findings));
        claims.extend(reached(row, &inputs.measured.exposures));
        claims.extend(unknowable(row, &gaps));
    }
    let n_events = inputs.coverage.n_events;
    let last = inputs.coverage.last.map(|at| at.to_string());
    let permit = format!(
        "no removal among {} on record until {}",
        count(n_events, "event", "events"),
        last.unwrap_or_default()
    );
    claims.extend(open.iter().filter_map(|row| still_open(row, &permit)));
    claims.extend(times(clock, inputs));
    claims
}

fn entered(row: &SessionRow, findings: &[Finding]) -> Option<Claim> {
    let supported: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.session == row.id && finding.standing == Standing::Supported)
        .collect();
    let mut places: Vec<Place> = supported
        .iter()
        .flat_map(|finding| finding.records.iter().copied())
        .collect();
    places.push(row.first_place);
    let marks = [
        (row.relayed, 13),
        (row.shared, 14),
        (ISSUANCE_ROWS.contains(&row.row), 15),
        (APPLICATION_ROWS.contains(&row.row), 18),
    ];
    let caveats = marks.iter().filter(|(on, _)| *on).map(|(_, n)| Caveat(*n));
    let used = match row.verdict {
        Verdict::Hostile => "was used by someone who should not have been",
        _ => "may have been used by someone who should not have been: a person must determine it",
    };
    let statement = Statement {
        kind: ClaimKind::Entered,
        session: row.id.clone(),
        about: vec![row.verdict.word().to_owned()],
        sentence: format!(
            "{} {used}, in session {} with events from {} to {} (row {}, {}).",
            who(&row.account),
            row.id,
            row.first,
            row.last,
            row.row,
            row.basis
        ),
        caveats: caveats.collect(),
    };
    Claim::borne(statement, &places)
}

/// One claim per store, kind of thing and grade of a session, and one per presumed container.
fn reached(row: &SessionRow, exposures: &[Exposure]) -> Vec<Claim> {
    let from = exposures.partition_point(|e| e.session < row.id);
    let own = exposures[from..].iter().take_while(|e| e.session == row.id);
    let mut named: BTreeMap<(&str, Reached, Grade), Vec<&Exposure>> = BTreeMap::new();
    let mut claims = Vec::new();
    for exposure in own {
        if exposure.reached == Reached::Container {
            claims.extend(presumed_container(row, exposure));
        } else {
            named
                .entry((&exposure.store, exposure.reached, exposure.grade))
                .or_default()
                .push(exposure);
        }
    }
    for ((store, what, grade), rows) in named {
        claims.extend(items(row, store, (what, grade), &rows));
    }
    claims
}

/// "If this session was hostile", before what a suspect session reached.
fn condition(row: &SessionRow) -> &'static str {
    match row.verdict {
        Verdict::Hostile => "",
        _ => "If this session was hostile: ",
    }
}

fn items(
    row: &SessionRow,
    store: &str,
    (what, grade): (Reached, Grade),
    rows: &[&Exposure],
) -> Option<Claim> {
    let n = rows.len() as u64;
    let things = match what {
        Reached::Message => count(n, "message", "messages"),
        Reached::Attachment => count(n, "attachment", "attachments"),
        Reached::File => count(n, "file", "files"),
        Reached::Rows => {
            let returned = rows.iter().map(|row| row.rows_alone()).sum();
            count(returned, "row returned", "rows returned")
        }
        Reached::Container => return None,
    };
    let whys: BTreeSet<&str> = rows.iter().map(|row| row.why.as_str()).collect();
    let whys: Vec<&str> = whys.into_iter().filter(|why| !why.is_empty()).collect();
    let (kind, how) = match grade {
        Grade::Certain if n == 1 => (ClaimKind::Accessed, "a record names it".to_owned()),
        Grade::Certain => (ClaimKind::Accessed, "records name each of them".to_owned()),
        _ => (
            ClaimKind::Presumed,
            format!("presumed, for {}", list(&whys)),
        ),
    };
    let attached = match what {
        Reached::Message if n == 1 => {
            "; its attachments may have come with it, and this record does not say which"
        }
        Reached::Message => {
            "; their attachments may have come with them, and these records do not say which"
        }
        _ => "",
    };
    let statement = Statement {
        kind,
        session: row.id.clone(),
        about: vec![
            store.to_owned(),
            what.word().to_owned(),
            grade.word().to_owned(),
        ],
        sentence: format!(
            "{}{things} of {store} accessed in session {}: {how}{attached}.",
            condition(row),
            row.id
        ),
        caveats: rows.iter().flat_map(|row| row.caveats.clone()).collect(),
    };
    let places: Vec<Place> = rows.iter().map(|row| row.place).collect();
    Claim::borne(statement, &places)
}

fn presumed_container(row: &SessionRow, exposure: &Exposure) -> Option<Claim> {
    let what = match exposure.container.is_empty() {
        true => format!("all of {}", exposure.store),
        false => format!("\"{}\" of {}", exposure.container, exposure.store),
    };
    let at_least = match exposure.items_unlisted {
        0 => String::new(),
        n => format!(", at least {} more", grouped(n)),
    };
    let statement = Statement {
        kind: ClaimKind::Presumed,
        session: row.id.clone(),
        about: vec![
            exposure.store.clone(),
            exposure.container.clone(),
            exposure.why.clone(),
        ],
        sentence: format!(
            "{}{what}{at_least}, from {} to {}, presumed accessed in session {}: {}.",
            condition(row),
            exposure.first,
            exposure.last,
            row.id,
            exposure.why
        ),
        caveats: exposure.caveats.clone(),
    };
    Claim::borne(statement, &[exposure.place])
}

/// The caveat that a gap brings to what it lies over.
fn caveat_of(gap: &Gap) -> Option<Caveat> {
    Some(Caveat(match (gap.kind, gap.stream) {
        (GapKind::Throttled, _) => 5,
        (GapKind::StoreNotAudited | GapKind::AuditDisabled, _) => 6,
        (GapKind::AbsentStream, Some(Stream::ItemAccess)) => 6,
        (GapKind::Synchronised, _) => 4,
        (GapKind::ListedFewer, _) => 9,
        (GapKind::Lossy | GapKind::Rejected, _) => 17,
        _ => return None,
    }))
}

fn unknowable(row: &SessionRow, known: &BTreeMap<&str, &Gap>) -> Option<Claim> {
    let gaps = row.exposure.unknowable.clone();
    let over = gaps.iter().filter_map(|id| known.get(id.as_str()));
    let caveats = over.filter_map(|gap| caveat_of(gap)).collect();
    let statement = Statement {
        kind: ClaimKind::Unknowable,
        session: row.id.clone(),
        about: Vec::new(),
        sentence: format!(
            "Whether more was accessed in session {} cannot be known: {} over it.",
            row.id,
            match gaps.len() {
                1 => "1 gap lies".to_owned(),
                n => format!("{n} gaps lie"),
            }
        ),
        caveats,
    };
    Claim::of_absence(statement, gaps, &[])
}

/// "Put in place" is borne by a record; "not removed" rests on absence.
fn still_open(row: &OpenRow, permit: &str) -> Option<Claim> {
    let statement = Statement {
        kind: ClaimKind::Open,
        session: row.open.session.clone(),
        about: vec![row.open.id.clone()],
        sentence: row.sentence.clone(),
        caveats: match row.open.copies_mail_to().is_empty() {
            true => Vec::new(),
            false => vec![Caveat(8)],
        },
    };
    Claim::of_absence(statement, vec![permit.to_owned()], &[row.open.place])
}

fn times(clock: &Clock, inputs: &Inputs<'_>) -> Vec<Claim> {
    let at_edge = inputs.coverage.horizons.iter().any(|h| h.at_edge);
    let marks: [(&str, &Option<Mark>); 6] = [
        ("first_attempt", &clock.first_attempt),
        ("first_entry", &clock.first_entry),
        ("first_access", &clock.first_access),
        ("first_suspect", &clock.first_suspect),
        ("first_alert_on_record", &clock.first_alert_on_record),
        ("last_hostile", &clock.last_hostile),
    ];
    let stated = marks.iter().filter_map(|(name, mark)| {
        let mark = mark.as_ref()?;
        let statement = Statement {
            kind: ClaimKind::Clock,
            session: mark.session.clone(),
            about: vec![(*name).to_owned(), mark.at.to_string()],
            sentence: format!("{}: {}, on record.", mark.at, mark.what),
            caveats: match at_edge && name.starts_with("first") {
                true => vec![Caveat(16)],
                false => Vec::new(),
            },
        };
        Claim::borne(statement, &[mark.place?])
    });
    stated.collect()
}
