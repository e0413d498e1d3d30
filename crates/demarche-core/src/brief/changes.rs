//! What moved between two runs of a case, and what moved it.

use std::collections::{BTreeMap, BTreeSet};

use crate::brief::accounting::Accounting;
use crate::brief::attempts::Attempt;
use crate::brief::brief::Brief;
use crate::brief::came_in::CameIn;
use crate::brief::phrase::{count, list};
use crate::finding::finding::Finding;
use crate::vocab::grade::{Grade, Verdict};

/// How something moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Movement {
    /// It was not there before.
    Added,
    /// It weighs more than before.
    Raised,
    /// It weighs less than before.
    Lowered,
    /// It is no longer said.
    Withdrawn,
    /// It weighs the same, for another reason.
    Changed,
}

impl Movement {
    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Movement::Added => "added",
            Movement::Raised => "raised",
            Movement::Lowered => "lowered",
            Movement::Withdrawn => "withdrawn",
            Movement::Changed => "changed",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// How it moved.
    pub movement: Movement,
    /// What moved: `session`, `row` (of a session), `finding`, `exposure`, `attempt`, `gap`,
    /// `open`.
    pub thing: &'static str,
    /// Its id, or (session, store, container, item) of an exposure joined by `|`, or (kind, day,
    /// cause) of an attempt.
    pub id: String,
    /// What it was; empty where it was not there.
    pub before: String,
    /// What it is; empty where it is no longer.
    pub after: String,
    /// What moved it, of what came in between: sources whose records it cites and determinations
    /// that reach it; where there are none, what came in at all, marked so.
    pub by: Vec<String>,
}

/// What moved since the run before; empty for the first run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The number of the run compared with; 0 for the first.
    pub since_run: u32,
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// In words.
    pub sentences: Vec<String>,
}

/// What an earlier run said, as far as a comparison needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The number of the run.
    pub run: u32,
    /// Sources, by the digest of their bytes, else their path.
    pub sources: BTreeSet<String>,
    /// Determinations, by their text: the sessions each changed.
    pub determinations: BTreeMap<String, BTreeSet<String>>,
    /// Verdicts by session, and the row that decided; 0 where that was not kept.
    pub sessions: BTreeMap<String, (Verdict, u8)>,
    /// The word of its standing and its session, by finding.
    pub findings: BTreeMap<String, (String, String)>,
    /// Grades by `session|store|container|item`.
    pub exposures: BTreeMap<String, Grade>,
    /// Gaps, by id.
    pub gaps: BTreeSet<String>,
    /// What was open, by id: its session.
    pub open: BTreeMap<String, String>,
    /// How many accounts each attempt touched, by `kind|day|cause`; `None` where not kept.
    pub attempts: Option<BTreeMap<String, u64>>,
}

impl Earlier {
    /// What a brief says.
    pub fn of(brief: &Brief) -> Earlier {
        let mut exposures: BTreeMap<String, Grade> = BTreeMap::new();
        for row in &brief.exposures {
            let key = format!(
                "{}|{}|{}|{}",
                row.session, row.store, row.container, row.item
            );
            let grade = exposures.entry(key).or_insert(row.grade);
            *grade = (*grade).min(row.grade);
        }
        Earlier {
            run: brief.method.run,
            sources: brief.accounting.iter().map(source_name).collect(),
            determinations: brief
                .method
                .determinations
                .iter()
                .map(|entry| (entry.text.clone(), entry.sessions.iter().cloned().collect()))
                .collect(),
            sessions: brief
                .sessions
                .iter()
                .map(|row| (row.id.clone(), (row.verdict, row.row)))
                .collect(),
            findings: brief
                .findings
                .iter()
                .map(|finding| (finding.id.clone(), said_of(finding)))
                .collect(),
            exposures,
            gaps: brief.gaps.iter().map(|row| row.gap.id.clone()).collect(),
            open: brief
                .open
                .iter()
                .map(|row| (row.open.id.clone(), row.open.session.clone()))
                .collect(),
            attempts: Some(brief.attempts.iter().map(tried).collect()),
        }
    }
}

fn said_of(finding: &Finding) -> (String, String) {
    (finding.standing.word().to_owned(), finding.session.clone())
}

fn tried(attempt: &Attempt) -> (String, u64) {
    (attempt_id(attempt), attempt.accounts.len() as u64)
}

/// What an attempt is called when runs are compared: kind, day and cause.
pub fn attempt_id(attempt: &Attempt) -> String {
    let day = attempt.first.to_string();
    let day = day.split('T').next().unwrap_or_default();
    format!("{}|{day}|{}", attempt.kind.word(), attempt.cause)
}

/// What a source is known by in every run: the digest of its bytes, else its path.
pub fn source_name(source: &Accounting) -> String {
    match source.sha256.is_empty() {
        true => source.path.clone(),
        false => source.sha256.clone(),
    }
}

/// What moved between an earlier run and this brief, and what came in between.
pub fn between(earlier: &Earlier, brief: &Brief) -> Changes {
    let now = Earlier::of(brief);
    let came = CameIn::between(earlier, &now, brief);
    let mut changes = Vec::new();
    for (thing, moves) in all_moves(earlier, &now) {
        changes.extend(moves.into_iter().map(|moved| Change {
            by: came.moved(thing, &moved.id),
            movement: moved.movement,
            thing,
            id: moved.id,
            before: moved.before,
            after: moved.after,
        }));
    }
    let sentences = sentences(&changes, &came.all(), earlier.run);
    Changes {
        since_run: earlier.run,
        changes,
        sentences,
    }
}

/// What moved, thing by thing.
pub(super) fn all_moves(earlier: &Earlier, now: &Earlier) -> Vec<(&'static str, Vec<Move>)> {
    let verdict = |(verdict, _): &(Verdict, u8)| (*verdict as u64, verdict.word().to_owned());
    // A better grade weighs more: certain above presumed.
    let grade = |grade: &Grade| (u64::from(u8::MAX - *grade as u8), grade.word().to_owned());
    let standing = |(word, _): &(String, String)| {
        let weight = ["refuted", "cannot_be_said", "supported"]
            .iter()
            .position(|known| known == word);
        (weight.unwrap_or(0) as u64, word.clone())
    };
    let there = |_: &()| (0, "there".to_owned());
    let flat = |ids: &BTreeSet<String>| -> BTreeMap<String, ()> {
        ids.iter().map(|id| (id.clone(), ())).collect()
    };
    let opened = |open: &BTreeMap<String, String>| -> BTreeMap<String, ()> {
        open.keys().map(|id| (id.clone(), ())).collect()
    };
    let accounts = |n: &u64| (*n, count(*n, "account", "accounts"));
    let attempts = match (&earlier.attempts, &now.attempts) {
        (Some(before), Some(after)) => moves(before, after, accounts),
        _ => Vec::new(),
    };
    vec![
        ("session", moves(&earlier.sessions, &now.sessions, verdict)),
        ("row", rows(&earlier.sessions, &now.sessions)),
        ("finding", moves(&earlier.findings, &now.findings, standing)),
        ("exposure", moves(&earlier.exposures, &now.exposures, grade)),
        ("attempt", attempts),
        ("gap", moves(&flat(&earlier.gaps), &flat(&now.gaps), there)),
        (
            "open",
            moves(&opened(&earlier.open), &opened(&now.open), there),
        ),
    ]
}

/// Sessions that another row decides than before.
fn rows(
    before: &BTreeMap<String, (Verdict, u8)>,
    after: &BTreeMap<String, (Verdict, u8)>,
) -> Vec<Move> {
    let moved = after.iter().filter_map(|(id, (_, is))| {
        let (_, was) = before.get(id)?;
        (*was != 0 && was != is).then(|| Move {
            movement: Movement::Changed,
            id: id.clone(),
            before: was.to_string(),
            after: is.to_string(),
        })
    });
    moved.collect()
}

#[derive(Debug)]
pub(super) struct Move {
    pub(super) movement: Movement,
    pub(super) id: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// How each id moved, in order of id; what stayed is left out.
fn moves<T>(
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
    weigh: impl Fn(&T) -> (u64, String),
) -> Vec<Move> {
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let moved = ids.into_iter().filter_map(|id| {
        let (was, is) = (before.get(id).map(&weigh), after.get(id).map(&weigh));
        let movement = match (&was, &is) {
            (None, Some(_)) => Movement::Added,
            (Some(_), None) => Movement::Withdrawn,
            (Some((was, _)), Some((is, _))) if is > was => Movement::Raised,
            (Some((was, _)), Some((is, _))) if is < was => Movement::Lowered,
            _ => return None,
        };
        let word = |weighed: Option<(u64, String)>| weighed.map_or(String::new(), |(_, word)| word);
        Some(Move {
            movement,
            id: id.clone(),
            before: word(was),
            after: word(is),
        })
    });
    moved.collect()
}

fn sentences(changes: &[Change], by: &[String], run: u32) -> Vec<String> {
    let since = format!("Since run {run}");
    if changes.is_empty() {
        return vec![format!("{since} nothing moved.")];
    }
    let things = [
        ("session", "session", "sessions"),
        ("row", "deciding row", "deciding rows"),
        ("finding", "finding", "findings"),
        ("exposure", "exposure", "exposures"),
        ("attempt", "attempt", "attempts"),
        ("gap", "gap", "gaps"),
        ("open", "thing in place", "things in place"),
    ];
    let mut sentences = Vec::new();
    for (thing, one, many) in things {
        let n = |movement: Movement| {
            let of = |change: &&Change| change.thing == thing && change.movement == movement;
            changes.iter().filter(of).count() as u64
        };
        let parts: Vec<String> = [
            Movement::Added,
            Movement::Raised,
            Movement::Lowered,
            Movement::Withdrawn,
            Movement::Changed,
        ]
        .into_iter()
        .filter(|movement| n(*movement) > 0)
        .map(|movement| format!("{} {}", count(n(movement), one, many), movement.word()))
        .collect();
        if !parts.is_empty() {
            sentences.push(format!("{since}: {}.", parts.join(", ")));
        }
    }
    let by: Vec<&str> = by.iter().map(String::as_str).collect();
    sentences.push(match by.is_empty() {
        true => {
            "No source and no determination came in between: options or lists moved it.".to_owned()
        }
        false => format!("In between came {}.", list(&by)),
    });
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earlier(sessions: &[(&str, Verdict)], gaps: &[&str]) -> Earlier {
        Earlier {
            sessions: sessions
                .iter()
                .map(|(id, verdict)| ((*id).to_owned(), (*verdict, 4)))
                .collect(),
            gaps: gaps.iter().map(|id| (*id).to_owned()).collect(),
            ..Earlier::default()
        }
    }

    #[test]
    fn raised_lowered_added_and_withdrawn_are_told_apart() {
        let verdict = |said: &(Verdict, u8)| (said.0 as u64, said.0.word().to_owned());
        let before = earlier(
            &[
                ("S-1", Verdict::Suspect),
                ("S-2", Verdict::Hostile),
                ("S-3", Verdict::Suspect),
                ("S-4", Verdict::Suspect),
            ],
            &[],
        );
        let after = earlier(
            &[
                ("S-1", Verdict::Hostile),
                ("S-2", Verdict::Suspect),
                ("S-4", Verdict::Suspect),
                ("S-5", Verdict::Hostile),
            ],
            &[],
        );
        let moved: Vec<_> = moves(&before.sessions, &after.sessions, verdict)
            .into_iter()
            .map(|moved| (moved.id, moved.movement, moved.before, moved.after))
            .collect();
        let row = |id: &str, movement, before: &str, after: &str| {
            (id.to_owned(), movement, before.to_owned(), after.to_owned())
        };
        assert_eq!(
            moved,
            [
                row("S-1", Movement::Raised, "suspect", "hostile"),
                row("S-2", Movement::Lowered, "hostile", "suspect"),
                row("S-3", Movement::Withdrawn, "suspect", ""),
                row("S-5", Movement::Added, "", "hostile"),
            ]
        );
    }

    #[test]
    fn what_came_in_is_named_and_nothing_moved_is_said() {
        let brief = Brief {
            accounting: vec![Accounting {
                path: "signins.json".to_owned(),
                ..Accounting::default()
            }],
            ..Brief::default()
        };
        let changes = between(&earlier(&[], &["G-1"]), &brief);
        assert_eq!(changes.changes.len(), 1);
        assert_eq!(changes.changes[0].movement, Movement::Withdrawn);
        assert_eq!(
            changes.changes[0].by,
            ["source 0 signins.json (by what it lets be said)"]
        );
        let same = between(&Earlier::of(&brief), &brief);
        assert_eq!(same.sentences, ["Since run 0 nothing moved."]);
    }
}
