//! Why one session is what it is: rows, tests, events, what would change it.

use crate::exposure::timeline::TimelineRow;
use crate::finding::account::Judged;
use crate::finding::finding::{Finding, Judgement, Sign, Standing, TestResult};
use crate::finding::table::TABLE;
use crate::session::session::Session;
use crate::vocab::grade::Verdict;

/// What a row of the verdict table says of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It decided.
    Decided,
    /// A finding of it holds, and another row is stronger.
    Holds,
    /// A finding of it holds that raises nothing by itself.
    Lead,
    /// A condition for saying it is unmet.
    CannotBeSaid,
    /// A record contradicts it.
    Refuted,
    /// Nothing in the session speaks for it; which is no sign of anything.
    Nothing,
}

impl Answer {
    /// The word of this answer in JSON and on a terminal.
    pub fn word(self) -> &'static str {
        match self {
            Answer::Decided => "decided",
            Answer::Holds => "holds",
            Answer::Lead => "lead",
            Answer::CannotBeSaid => "cannot_be_said",
            Answer::Refuted => "refuted",
            Answer::Nothing => "nothing",
        }
    }
}

/// One row of the table, and what it says of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowAnswer {
    /// The row.
    pub row: u8,
    /// Its evidence, as in the table.
    pub evidence: &'static str,
    /// What it says.
    pub answer: Answer,
    /// Its findings, with their tests and records.
    pub findings: Vec<Finding>,
}

/// Why one session is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The session, as folded.
    pub session: Session,
    /// The verdict, after determinations.
    pub judgement: Judgement,
    /// The verdict of the rules alone.
    pub by_rule: Judgement,
    /// Every row of the table, in its order.
    pub rows: Vec<RowAnswer>,
    /// Its events, in order.
    pub events: Vec<TimelineRow>,
    /// What would change the verdict, one sentence each.
    pub changes: Vec<String>,
}

/// Explains one session; `events` are its own, in order.
pub fn explain(session: Session, judged: Judged, events: Vec<TimelineRow>) -> Explanation {
    let rows: Vec<RowAnswer> = TABLE
        .iter()
        .map(|(row, evidence, ..)| answer(*row, evidence, &judged))
        .collect();
    let changes = changes(&judged, &rows);
    Explanation {
        session,
        judgement: judged.judgement,
        by_rule: judged.by_rule,
        rows,
        events,
        changes,
    }
}

fn answer(row: u8, evidence: &'static str, judged: &Judged) -> RowAnswer {
    let findings: Vec<Finding> = judged
        .findings
        .iter()
        .filter(|finding| finding.row.0 == row)
        .cloned()
        .collect();
    let any = |standing: Standing| findings.iter().any(|f| f.standing == standing);
    let raises = |f: &Finding| f.holds() && f.alone > Verdict::Ordinary;
    let answer = if judged.judgement.row.0 == row {
        Answer::Decided
    } else if findings.iter().any(raises) {
        Answer::Holds
    } else if any(Standing::Supported) {
        Answer::Lead
    } else if any(Standing::Refuted) {
        Answer::Refuted
    } else if any(Standing::CannotBeSaid) {
        Answer::CannotBeSaid
    } else {
        Answer::Nothing
    };
    RowAnswer {
        row,
        evidence,
        answer,
        findings,
    }
}

fn hostile_with(row: u8) -> &'static str {
    let found = TABLE.iter().find(|(number, ..)| *number == row);
    found.map_or("", |(.., with)| *with)
}

/// What would change the verdict.
fn changes(judged: &Judged, rows: &[RowAnswer]) -> Vec<String> {
    let mut changes = Vec::new();
    let verdict = judged.judgement.verdict;
    for row in rows {
        match row.answer {
            Answer::Decided if verdict == Verdict::Hostile => excuses(row, &mut changes),
            Answer::Decided if verdict == Verdict::Suspect => {
                changes.push(raised(row));
                excuses(row, &mut changes);
            }
            Answer::Lead if verdict != Verdict::Hostile => {
                changes.push(becomes(row.row, &format!("the lead of row {}", row.row)));
            }
            Answer::CannotBeSaid if verdict != Verdict::Hostile => unmet(row, &mut changes),
            _ => {}
        }
    }
    changes.push(determined(verdict));
    changes
}

/// What would raise the suspicion that decided: of what the table asks for, what is not there yet.
fn raised(row: &RowAnswer) -> String {
    let has = |sign: Sign| row.findings.iter().any(|f| f.holds() && f.has(sign));
    let bad = [
        Sign::ImitatedPublisher,
        Sign::ToolkitScopes,
        Sign::HostileHands,
    ];
    match row.row {
        7 if bad.into_iter().any(has) => {
            "Row 7: what makes an application hostile is on record already: its reads in consenting mailboxes are hostile, and whoever consented stays suspect, as they may have been deceived.".to_owned()
        }
        9 => "Row 9: it becomes hostile with a network new to the tenant, or in an issuer's log with one row a token and a positive control.".to_owned(),
        10 => "Row 10: it becomes hostile where the pair reached a second, unrelated mailbox, or with row 9.".to_owned(),
        number => becomes(number, "it"),
    }
}

fn becomes(row: u8, what: &str) -> String {
    match hostile_with(row) {
        "never" => format!("Row {row}: nothing makes {what} hostile by itself."),
        with => format!("Row {row}: {what} becomes hostile with {with}."),
    }
}

/// Innocent explanations of what decided that are still open.
fn excuses(row: &RowAnswer, changes: &mut Vec<String>) {
    let held = row.findings.iter().filter(|finding| finding.holds());
    for test in held.flat_map(|finding| &finding.tests) {
        if test.result == TestResult::Possible {
            changes.push(format!(
                "It would weigh less if “{}” were shown to hold: {}.",
                test.name, test.why
            ));
        }
    }
}

/// Conditions that are unmet, so that a row cannot be said.
fn unmet(row: &RowAnswer, changes: &mut Vec<String>) {
    let silent = row.findings.iter().filter(|finding| !finding.holds());
    for test in silent.flat_map(|finding| &finding.tests) {
        if test.result == TestResult::NotTested {
            changes.push(format!(
                "Row {} could be said if “{}” could be excluded: {}.",
                row.row, test.name, test.why
            ));
        }
    }
}

fn determined(verdict: Verdict) -> String {
    let what = match verdict {
        Verdict::Ordinary => "A determination (row 1) can state that it was hostile or suspect.",
        Verdict::Suspect => {
            "A determination (row 1) settles it either way; what rows 2 to 10 bear out is printed beside one that says ordinary."
        }
        Verdict::Hostile => {
            "A determination (row 1) that names it hostile stands; one that says ordinary leaves it hostile, and the conflict is printed."
        }
    };
    what.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::kind::Kind;
    use crate::event::words;
    use crate::finding::story::{AWAY, CHROME, FIREFOX, HOME, Story, act, moment, sign_in};

    fn explained(story: Story, verdict: Verdict) -> Explanation {
        let judged = story.judged();
        let found = judged
            .into_iter()
            .rfind(|(_, judged)| judged.judgement.verdict == verdict);
        let (session, judged) = found.expect("a session of this verdict");
        explain(session, judged, Vec::new())
    }

    fn entry(host: &str) -> crate::event::event::Event<'static> {
        sign_in(moment(25, 9, 0), "ana", host, FIREFOX)
    }

    #[test]
    fn a_hostile_session_says_which_row_decided_and_what_would_excuse_it() {
        let rule = act(
            Kind::RuleSet,
            moment(25, 9, 5),
            "ana",
            &[(words::DELETES, "true")],
        );
        let story = Story::of(&["ana", "ben"]).with([entry(AWAY), rule.from(AWAY, FIREFOX)]);
        let why = explained(story, Verdict::Hostile);
        let answer = |row: u8| why.rows[usize::from(row) - 1].answer;
        assert_eq!(answer(4), Answer::Decided);
        assert_eq!(answer(6), Answer::Holds);
        assert_eq!(answer(2), Answer::Nothing);
        assert_eq!(why.rows.len(), 15);
        assert!(why.changes.iter().any(|text| text.contains("travel")));
    }

    #[test]
    fn what_is_there_already_is_not_asked_for() {
        let scopes = [
            (words::APP_ID, "app-1"),
            (words::SCOPE, "Mail.Read Mail.Send"),
        ];
        let consent = act(Kind::Consented, moment(25, 9, 5), "ana", &scopes);
        let story = Story::of(&["ana", "ben"]).with([consent.from(HOME, CHROME)]);
        let why = explained(story, Verdict::Suspect);
        assert_eq!(why.judgement.row.0, 7);
        let text = why.changes.join("\n");
        assert!(text.contains("on record already"), "{text}");
        assert!(!text.contains("becomes hostile with"), "{text}");
        assert!(!text.contains("an honest name"), "{text}");
    }

    #[test]
    fn a_lead_says_what_would_raise_it() {
        let story = Story::of(&["ana", "ben"]).with([entry(AWAY)]);
        let judged = story.judged().into_iter();
        let mut leads =
            judged.filter(|(_, judged)| judged.findings.iter().any(|f| f.row.0 == 4 && f.holds()));
        let (session, judged) = leads.next().expect("a lead");
        let why = explain(session, judged, Vec::new());
        assert_eq!(why.judgement.verdict, Verdict::Ordinary);
        assert!(
            why.changes
                .iter()
                .any(|text| text.contains("row 6 in the same session"))
        );
    }
}
