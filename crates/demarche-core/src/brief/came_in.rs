//! What came in between two runs, and which of it bears on one change.

use std::collections::{BTreeMap, BTreeSet};

use crate::brief::brief::Brief;
use crate::brief::changes::{Earlier, attempt_id, source_name};
use crate::vocab::place::{Place, SourceNumber};

/// Sources and determinations that came in, or were taken back, and what they bear on.
#[derive(Clone, Debug, Default)]
pub struct CameIn {
    /// Sources, by number: their path.
    sources: BTreeMap<SourceNumber, String>,
    /// Determinations in words, each with the sessions it changes or changed.
    determinations: Vec<(String, BTreeSet<String>)>,
    /// New sources by the thing whose records lie in them: (thing, id).
    cited: BTreeMap<(&'static str, String), BTreeSet<SourceNumber>>,
    /// The session of a finding or of what was put in place, now or before.
    session_of: BTreeMap<(&'static str, String), String>,
}

impl CameIn {
    /// What came in between an earlier run and this brief.
    pub fn between(earlier: &Earlier, now: &Earlier, brief: &Brief) -> CameIn {
        let new = brief.accounting.iter();
        let new = new.filter(|source| !earlier.sources.contains(&source_name(source)));
        let mut came = CameIn {
            sources: new.map(|s| (s.source, s.path.clone())).collect(),
            ..CameIn::default()
        };
        let others = |mine: &Earlier, theirs: &Earlier| -> Vec<(String, BTreeSet<String>)> {
            let entries = mine.determinations.iter();
            let own = entries.filter(|(text, _)| !theirs.determinations.contains_key(*text));
            own.map(|(text, sessions)| (text.clone(), sessions.clone()))
                .collect()
        };
        for (text, sessions) in others(now, earlier) {
            came.determinations
                .push((format!("determination {text}"), sessions));
        }
        for (text, sessions) in others(earlier, now) {
            let text = format!("determination taken back: {text}");
            came.determinations.push((text, sessions));
        }
        came.note_sessions(earlier, now);
        came.note_records(earlier, brief);
        came
    }

    fn note_sessions(&mut self, earlier: &Earlier, now: &Earlier) {
        for said in [earlier, now] {
            for (id, (_, session)) in &said.findings {
                let key = ("finding", id.clone());
                self.session_of.insert(key, session.clone());
            }
            for (id, session) in &said.open {
                self.session_of
                    .insert(("open", id.clone()), session.clone());
            }
        }
    }

    /// Notes whose records lie in new sources; of a session, its own and what findings cite that
    /// are new or stand otherwise than before.
    fn note_records(&mut self, earlier: &Earlier, brief: &Brief) {
        for row in &brief.sessions {
            self.cite("session", &row.id, [row.first_place]);
        }
        for row in &brief.timeline {
            self.cite("session", &row.session, [row.place]);
        }
        for finding in &brief.findings {
            let records = finding.records.iter().copied();
            self.cite("finding", &finding.id, records.clone());
            let before = earlier.findings.get(&finding.id).map(|(word, _)| word);
            if before.is_none_or(|word| word != finding.standing.word()) {
                self.cite("session", &finding.session, records);
            }
        }
        for row in &brief.exposures {
            let id = format!(
                "{}|{}|{}|{}",
                row.session, row.store, row.container, row.item
            );
            self.cite("exposure", &id, [row.place]);
        }
        for attempt in &brief.attempts {
            let id = attempt_id(attempt);
            self.cite("attempt", &id, attempt.places.iter().copied());
        }
        for row in &brief.open {
            self.cite("open", &row.open.id, [row.open.place]);
        }
        for row in &brief.gaps {
            if let Some(source) = row.gap.source {
                self.cite(
                    "gap",
                    &row.gap.id,
                    [Place {
                        source,
                        ..Place::default()
                    }],
                );
            }
        }
    }

    fn cite(&mut self, thing: &'static str, id: &str, places: impl IntoIterator<Item = Place>) {
        let new = places.into_iter().map(|place| place.source);
        let new: Vec<SourceNumber> = new.filter(|s| self.sources.contains_key(s)).collect();
        if !new.is_empty() {
            let cited = self.cited.entry((thing, id.to_owned())).or_default();
            cited.extend(new);
        }
    }

    /// What moved a thing: what it cites of new sources and the determinations that reach its
    /// session; else what bears on its session; else all that came in, marked so.
    pub fn moved(&self, thing: &'static str, id: &str) -> Vec<String> {
        let session = match thing {
            "session" | "row" => Some(id),
            "exposure" => id.split('|').next(),
            _ => self
                .session_of
                .get(&(thing, id.to_owned()))
                .map(String::as_str),
        };
        let of = |thing: &'static str, id: &str| self.cited.get(&(thing, id.to_owned()));
        let own = match thing {
            "row" => of("session", id),
            _ => of(thing, id),
        };
        let cited = own.or_else(|| of("session", session?));
        let sources = cited
            .into_iter()
            .flatten()
            .map(|source| self.named(*source));
        let reach = |(_, sessions): &&(String, BTreeSet<String>)| {
            session.is_some_and(|session| sessions.contains(session))
        };
        let determined = self.determinations.iter().filter(reach);
        let by: Vec<String> = sources
            .chain(determined.map(|(text, _)| text.clone()))
            .collect();
        if by.is_empty() { self.at_large() } else { by }
    }

    fn named(&self, source: SourceNumber) -> String {
        let path = self.sources.get(&source).map_or("", String::as_str);
        format!("source {} {path}", source.0)
    }

    /// What came in at all: it moved something by what it lets be said, or through another session.
    fn at_large(&self) -> Vec<String> {
        if self.sources.is_empty() {
            let texts = self.determinations.iter();
            return texts
                .map(|(text, _)| format!("{text} (through another session)"))
                .collect();
        }
        let sources = self.sources.keys();
        sources
            .map(|source| {
                let named = self.named(*source);
                format!("{named} (by what it lets be said)")
            })
            .collect()
    }

    /// Everything that came in, in words.
    pub fn all(&self) -> Vec<String> {
        let sources = self.sources.keys().map(|source| self.named(*source));
        let texts = self.determinations.iter().map(|(text, _)| text.clone());
        sources.chain(texts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brief::accounting::Accounting;
    use crate::brief::changes::{Change, Movement, between};
    use crate::brief::method::Determination;
    use crate::finding::finding::{Finding, Pattern, Row};
    use crate::vocab::moment::Moment;

    fn source(number: u32, path: &str) -> Accounting {
        Accounting {
            source: SourceNumber(number),
            path: path.to_owned(),
            ..Accounting::default()
        }
    }

    fn finding(session: &str, of: u32) -> Finding {
        let pattern = Pattern {
            kind: "new-network-and-device",
            row: Row(4),
            techniques: &[],
        };
        let mut finding = Finding::of(&pattern, "ana", session, Moment::default());
        finding.records.push(Place {
            source: SourceNumber(of),
            ..Place::default()
        });
        finding.seal()
    }

    fn by(changes: &[Change], thing: &str, session: &str) -> Vec<String> {
        let of = |change: &&Change| change.thing == thing && change.id.starts_with(session);
        let found = changes.iter().find(of).expect("a change");
        found.by.clone()
    }

    #[test]
    fn each_change_names_what_bears_on_it_and_nothing_else() {
        let determined = |sessions: &[&str]| Determination {
            text: "ordinary by ana".to_owned(),
            sessions: sessions.iter().map(|s| (*s).to_owned()).collect(),
            conflicts: Vec::new(),
            n_against: 0,
        };
        let before = Brief {
            accounting: vec![source(1, "mail.csv")],
            findings: vec![finding("S-3", 1)],
            ..Brief::default()
        };
        let mut after = Brief {
            accounting: ["mail.csv", "signins.json", "other.json"]
                .iter()
                .zip(1..)
                .map(|(path, number)| source(number, path))
                .collect(),
            findings: vec![finding("S-1", 2), finding("S-2", 1)],
            ..Brief::default()
        };
        after.method.determinations = vec![determined(&["S-3"])];
        let changes = between(&Earlier::of(&before), &after).changes;
        let by_session = |session: &str| -> Vec<String> {
            let mine = after.findings.iter().chain(&before.findings);
            let id = mine.filter(|f| f.session == session).map(|f| &f.id).next();
            by(&changes, "finding", id.expect("a finding"))
        };
        assert_eq!(by_session("S-1"), ["source 2 signins.json"]);
        let at_large = "(by what it lets be said)";
        assert_eq!(
            by_session("S-2"),
            [
                format!("source 2 signins.json {at_large}"),
                format!("source 3 other.json {at_large}")
            ]
        );
        assert_eq!(by_session("S-3"), ["determination ordinary by ana"]);
    }

    #[test]
    fn another_deciding_row_and_attempts_that_grew_are_told() {
        use crate::brief::attempts::{Attempt, AttemptKind};
        use crate::vocab::grade::Verdict;
        let attempt = |accounts: &[&str]| Attempt {
            kind: AttemptKind::Spray,
            cause: "address 203.0.113.9".to_owned(),
            accounts: accounts.iter().map(|a| (*a).to_owned()).collect(),
            first: Moment::default(),
            sentence: String::new(),
            places: Vec::new(),
        };
        let said = |row: u8, accounts: &[&str]| {
            let mut said = Earlier::of(&Brief {
                attempts: vec![attempt(accounts)],
                ..Brief::default()
            });
            said.sessions
                .insert("S-1".to_owned(), (Verdict::Hostile, row));
            said
        };
        let moved: Vec<_> =
            crate::brief::changes::all_moves(&said(10, &["ana"]), &said(9, &["ana", "ben"]))
                .into_iter()
                .flat_map(|(thing, moves)| {
                    moves
                        .into_iter()
                        .map(move |m| (thing, m.movement, m.before, m.after))
                })
                .collect();
        let row = |thing, movement, before: &str, after: &str| {
            (thing, movement, before.to_owned(), after.to_owned())
        };
        assert_eq!(
            moved,
            [
                row("row", Movement::Changed, "10", "9"),
                row("attempt", Movement::Raised, "1 account", "2 accounts"),
            ]
        );
    }
}
