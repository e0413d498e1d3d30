//! What moved between two runs of a case, and what moved it.

use std::collections::{BTreeMap, BTreeSet};

use crate::brief::accounting::Accounting;
use crate::brief::brief::Brief;
use crate::brief::phrase::{count, list};
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
}

impl Movement {
    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Movement::Added => "added",
            Movement::Raised => "raised",
            Movement::Lowered => "lowered",
            Movement::Withdrawn => "withdrawn",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// How it moved.
    pub movement: Movement,
    /// What moved: `session`, `finding`, `exposure`, `gap`, `open`.
    pub thing: &'static str,
    /// Its id, or (session, store, container, item) of an exposure joined by `|`.
    pub id: String,
    /// What it was; empty where it was not there.
    pub before: String,
    /// What it is; empty where it is no longer.
    pub after: String,
    /// What moved it: sources or determinations that came in between.
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
    /// Determinations, by their text.
    pub determinations: BTreeSet<String>,
    /// Verdicts by session.
    pub sessions: BTreeMap<String, Verdict>,
    /// The words of their standing by finding.
    pub findings: BTreeMap<String, String>,
    /// Grades by `session|store|container|item`.
    pub exposures: BTreeMap<String, Grade>,
    /// Gaps, by id.
    pub gaps: BTreeSet<String>,
    /// What was open, by id.
    pub open: BTreeSet<String>,
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
                .map(|determination| determination.text.clone())
                .collect(),
            sessions: brief
                .sessions
                .iter()
                .map(|row| (row.id.clone(), row.verdict))
                .collect(),
            findings: brief
                .findings
                .iter()
                .map(|finding| (finding.id.clone(), finding.standing.word().to_owned()))
                .collect(),
            exposures,
            gaps: brief.gaps.iter().map(|row| row.gap.id.clone()).collect(),
            open: brief.open.iter().map(|row| row.open.id.clone()).collect(),
        }
    }
}

fn source_name(source: &Accounting) -> String {
    match source.sha256.is_empty() {
        true => source.path.clone(),
        false => source.sha256.clone(),
    }
}

/// What moved between an earlier run and this brief, and what came in between.
pub fn between(earlier: &Earlier, brief: &Brief) -> Changes {
    let now = Earlier::of(brief);
    let by = came_in(earlier, &now, brief);
    let mut changes = Vec::new();
    let mut move_all = |thing, moves: Vec<Move>| {
        changes.extend(moves.into_iter().map(|moved| Change {
            movement: moved.movement,
            thing,
            id: moved.id,
            before: moved.before,
            after: moved.after,
            by: by.clone(),
        }));
    };
    let verdict = |verdict: &Verdict| (*verdict as u8, verdict.word().to_owned());
    // A better grade weighs more: certain above presumed.
    let grade = |grade: &Grade| (u8::MAX - *grade as u8, grade.word().to_owned());
    let standing = |word: &String| {
        let weight = ["refuted", "cannot_be_said", "supported"]
            .iter()
            .position(|known| known == word);
        (weight.unwrap_or(0) as u8, word.clone())
    };
    let there = |_: &()| (0, "there".to_owned());
    let flat = |ids: &BTreeSet<String>| -> BTreeMap<String, ()> {
        ids.iter().map(|id| (id.clone(), ())).collect()
    };
    move_all("session", moves(&earlier.sessions, &now.sessions, verdict));
    move_all("finding", moves(&earlier.findings, &now.findings, standing));
    move_all("exposure", moves(&earlier.exposures, &now.exposures, grade));
    move_all("gap", moves(&flat(&earlier.gaps), &flat(&now.gaps), there));
    move_all("open", moves(&flat(&earlier.open), &flat(&now.open), there));
    let sentences = sentences(&changes, &by, earlier.run);
    Changes {
        since_run: earlier.run,
        changes,
        sentences,
    }
}

struct Move {
    movement: Movement,
    id: String,
    before: String,
    after: String,
}

/// How each id moved, in order of id; what stayed is left out.
fn moves<T>(
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
    weigh: impl Fn(&T) -> (u8, String),
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
        let word = |weighed: Option<(u8, String)>| weighed.map_or(String::new(), |(_, word)| word);
        Some(Move {
            movement,
            id: id.clone(),
            before: word(was),
            after: word(is),
        })
    });
    moved.collect()
}

/// Sources and determinations that came, or were taken back, between the runs.
fn came_in(earlier: &Earlier, now: &Earlier, brief: &Brief) -> Vec<String> {
    let sources = brief
        .accounting
        .iter()
        .filter(|source| !earlier.sources.contains(&source_name(source)))
        .map(|source| format!("source {} {}", source.source.0, source.path));
    let determinations = now.determinations.difference(&earlier.determinations);
    let withdrawn = earlier.determinations.difference(&now.determinations);
    sources
        .chain(determinations.map(|text| format!("determination {text}")))
        .chain(withdrawn.map(|text| format!("determination taken back: {text}")))
        .collect()
}

fn sentences(changes: &[Change], by: &[String], run: u32) -> Vec<String> {
    let since = format!("Since run {run}");
    if changes.is_empty() {
        return vec![format!("{since} nothing moved.")];
    }
    let things = [
        ("session", "session", "sessions"),
        ("finding", "finding", "findings"),
        ("exposure", "exposure", "exposures"),
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
                .map(|(id, verdict)| ((*id).to_owned(), *verdict))
                .collect(),
            gaps: gaps.iter().map(|id| (*id).to_owned()).collect(),
            ..Earlier::default()
        }
    }

    #[test]
    fn raised_lowered_added_and_withdrawn_are_told_apart() {
        let verdict = |verdict: &Verdict| (*verdict as u8, verdict.word().to_owned());
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
        assert_eq!(changes.changes[0].by, ["source 0 signins.json"]);
        let same = between(&Earlier::of(&brief), &brief);
        assert_eq!(same.sentences, ["Since run 0 nothing moved."]);
    }
}
