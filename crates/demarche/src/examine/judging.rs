//! Second to fourth pass: sessions judged, hostile ids looked up, exposure measured.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::brief::phrase::count;
use demarche_core::coverage::ledger::Coverage;
use demarche_core::exposure::measure::{Listed, Measure, Measured};
use demarche_core::exposure::removed::Removed;
use demarche_core::exposure::timeline::TimelineRow;
use demarche_core::finding::account::{self, Judged, Means};
use demarche_core::finding::determination::{Conflict, Effect, preview};
use demarche_core::finding::finding::Finding;
use demarche_core::finding::pivot::Pivot;
use demarche_core::session::fold::Fold;
use demarche_core::session::session::Session;
use demarche_core::tenant::facts::Facts;
use demarche_core::vocab::grade::Verdict;
use demarche_core::vocab::moment::Moment;
use demarche_store::beside;
use demarche_store::scan::{Share, Store};

use crate::error::{Error, Result};
use crate::examine::determinations::Stated;
use crate::examine::sources::store_error;
use crate::options::Options;
use crate::terminal::escape::shown;

/// What judging needs and does not change.
pub struct Bench<'a> {
    /// The stored events.
    pub store: &'a Store,
    /// The closed facts.
    pub facts: &'a Facts,
    /// The closed ledger.
    pub coverage: &'a Coverage,
    /// What was determined and expected.
    pub stated: &'a Stated,
    /// The options: limits and quiet.
    pub options: &'a Options,
}

/// What was judged.
#[derive(Default)]
pub struct Outcome {
    /// Hostile and suspect sessions.
    pub listed: Vec<Listed>,
    /// Their findings.
    pub findings: Vec<Finding>,
    /// Findings that hold in sessions that are not listed: attempts and known passwords.
    pub unlisted: Vec<Finding>,
    /// How many sessions are ordinary.
    pub ordinary_sessions: u64,
    /// What determinations did, in their order.
    pub effects: Vec<Effect>,
    /// Sessions that each expectation changed, in their order.
    pub expected: Vec<BTreeSet<String>>,
    /// Determinations that records contradict.
    pub conflicts: Vec<Conflict>,
    /// Sessions in the order of the fold that have to be measured, by account.
    places: BTreeMap<String, BTreeMap<usize, String>>,
}

/// What one account came to before it was known what hostile sessions used.
struct First {
    account: String,
    /// What judging looked up in the empty pivot.
    asked: Vec<u32>,
    outcome: Outcome,
}

/// What the first pass came to.
#[derive(Default)]
struct FirstPass {
    pivot: Pivot,
    accounts: Vec<First>,
    effects: Vec<Effect>,
    /// Sessions that each expectation changes.
    expected: Vec<BTreeSet<String>>,
}

impl Bench<'_> {
    fn means<'b>(&'b self, pivot: &'b Pivot) -> Means<'b> {
        Means {
            facts: self.facts,
            coverage: self.coverage,
            expected: &self.stated.expected,
            determinations: &self.stated.determinations,
            pivot,
        }
    }

    /// Folds the events of accounts into sessions and has them judged, on every processor; what
    /// comes back stands in an order that does not depend on them.
    fn each_account<R: Default + Send>(
        &self,
        is_asked: &dyn Fn(&str) -> bool,
        take: &(dyn Fn(&mut R, &str, Vec<Session>) + Sync),
    ) -> Result<Vec<R>> {
        let mut accounts = self.facts.accounts();
        accounts.retain(|account, _| is_asked(account));
        let names: Vec<&str> = accounts.keys().copied().collect();
        let keys: Vec<&[&str]> = accounts.values().map(Vec::as_slice).collect();
        let results = beside::each(&self.store.shares(&keys), Share::n_events, |share| {
            let mut result = R::default();
            let mut fold: Option<Fold<'_>> = None;
            share.read(&mut |place, event| match event {
                Some(event) => {
                    fold.get_or_insert_with(|| Fold::new(names[place], self.facts))
                        .event(event);
                }
                None => take(
                    &mut result,
                    names[place],
                    fold.take().map(Fold::finish).unwrap_or_default(),
                ),
            })?;
            Ok(result)
        });
        results
            .into_iter()
            .collect::<std::result::Result<_, _>>()
            .map_err(store_error)
    }

    /// Judges every account; once more those that used what hostile sessions used.
    ///
    /// # Errors
    /// Those of the store, and determinations that reach too far without `--yes`.
    pub fn judge(&self) -> Result<Outcome> {
        let first = self.first_pass()?;
        self.tell_expected(&first.expected);
        self.check_reach(&first.effects)?;
        let pivot = first.pivot;
        let answers = if pivot.changes_nothing() {
            BTreeSet::new()
        } else {
            pivot.answers()
        };
        let mut outcome = Outcome {
            effects: first.effects,
            expected: first.expected,
            ..Outcome::default()
        };
        let mut again = BTreeSet::new();
        for one in first.accounts {
            if one.asked.iter().any(|asked| answers.contains(asked)) {
                again.insert(one.account);
            } else {
                outcome.join(one.outcome);
            }
        }
        if !again.is_empty() {
            let second = self.each_account(
                &|account| again.contains(account),
                &|outcome: &mut Outcome, account, sessions| {
                    let judged = account::judge(&sessions, &self.means(&pivot));
                    outcome.take(account, sessions, judged, self.options);
                },
            )?;
            second.into_iter().for_each(|share| outcome.join(share));
        }
        outcome.sort();
        Ok(outcome)
    }

    /// Judges every account by itself: what hostile sessions used, and what each account came to.
    fn first_pass(&self) -> Result<FirstPass> {
        let shares = self.each_account(&|_| true, &|pass: &mut FirstPass, account, sessions| {
            let empty = Pivot::listening();
            let judged = account::judge(&sessions, &self.means(&empty));
            pass.pivot.note(&sessions, &judged, self.facts);
            self.note_effects(&mut pass.effects, &sessions, &judged);
            self.note_expected(&mut pass.expected, &sessions, &judged);
            let mut outcome = Outcome::default();
            outcome.take(account, sessions, judged, self.options);
            pass.accounts.push(First {
                account: account.to_owned(),
                asked: empty.asked(),
                outcome,
            });
        })?;
        let mut whole = FirstPass::default();
        let n_determinations = self.stated.determinations.len();
        whole.effects.resize_with(n_determinations, Effect::default);
        whole
            .expected
            .resize_with(self.stated.expected.len(), BTreeSet::new);
        for share in shares {
            whole.pivot.merge(share.pivot);
            whole.accounts.extend(share.accounts);
            let effects = whole.effects.iter_mut().zip(share.effects);
            for ((mine, theirs), determination) in effects.zip(&self.stated.determinations) {
                mine.join(theirs, determination);
            }
            for (mine, theirs) in whole.expected.iter_mut().zip(share.expected) {
                mine.extend(theirs);
            }
        }
        Ok(whole)
    }

    fn note_effects(&self, effects: &mut Vec<Effect>, sessions: &[Session], judged: &[Judged]) {
        effects.resize_with(self.stated.determinations.len(), Effect::default);
        for (effect, determination) in effects.iter_mut().zip(&self.stated.determinations) {
            for (session, judged) in sessions.iter().zip(judged) {
                preview(
                    effect,
                    determination,
                    session,
                    &judged.by_rule,
                    &judged.findings,
                );
            }
        }
    }

    /// Judges once more without each expectation: what comes out otherwise is what it changed.
    fn note_expected(
        &self,
        changed: &mut Vec<BTreeSet<String>>,
        sessions: &[Session],
        judged: &[Judged],
    ) {
        let stated = &self.stated.expected;
        changed.resize_with(stated.len(), BTreeSet::new);
        let none = Pivot::default();
        for (place, changed) in changed.iter_mut().enumerate() {
            if !sessions.iter().any(|s| stated[place].concerns(&s.account)) {
                continue;
            }
            let mut others = stated.clone();
            others.remove(place);
            let means = Means {
                expected: &others,
                ..self.means(&none)
            };
            let without = account::judge(sessions, &means);
            let pairs = sessions.iter().zip(judged.iter().zip(&without));
            let moved = pairs.filter(|(_, (with, without))| with.by_rule != without.by_rule);
            changed.extend(moved.map(|(session, _)| session.id.clone()));
        }
    }

    /// Prints what expectations change, before any of it is written.
    fn tell_expected(&self, changed: &[BTreeSet<String>]) {
        for (sessions, entry) in changed.iter().zip(&self.stated.expected) {
            // tidy: allow print: what an expectation changes is said before it is applied
            anstream::eprintln!(
                "{}: expected, changes the verdict or its row in {}",
                shown(&entry.source),
                count(sessions.len() as u64, "session", "sessions")
            );
        }
    }

    /// Prints what determinations change, and stops where one reaches too far unconfirmed.
    fn check_reach(&self, effects: &[Effect]) -> Result<()> {
        for (effect, determination) in effects.iter().zip(&self.stated.determinations) {
            // tidy: allow print: what a determination reaches is said before it is applied
            anstream::eprintln!(
                "{}: {} reaches {} of {} ({} named), changes {}",
                shown(&determination.source),
                determination.verdict.word(),
                count(effect.sessions.len() as u64, "session", "sessions"),
                count(effect.accounts.len() as u64, "account", "accounts"),
                count(effect.n_items, "item", "items"),
                effect.changed.len()
            );
            if effect.needs_yes {
                return Err(Error::usage(format!(
                    "{}: an address alone reaches {} accounts",
                    determination.source,
                    effect.accounts.len()
                ))
                .hint("name the account or the application too, or confirm with --yes"));
            }
        }
        Ok(())
    }

    /// Measures what listed sessions reached; events outside the limits are passed over.
    ///
    /// # Errors
    /// Those of the store.
    pub fn measure(
        &self,
        outcome: &Outcome,
        removed: &Removed,
    ) -> Result<(Measured, Vec<TimelineRow>)> {
        let mut measure = Measure::new(&outcome.listed, self.coverage, removed);
        let mut timeline = Vec::new();
        let verdicts: BTreeMap<&str, Verdict> = outcome
            .listed
            .iter()
            .map(|listed| (listed.session.id.as_str(), listed.judgement.verdict))
            .collect();
        let accounts = self.facts.accounts();
        for (account, places) in &outcome.places {
            let Some(keys) = accounts.get(account.as_str()) else {
                continue;
            };
            let mut fold = Fold::new(account, self.facts);
            let replayed = self.store.replay(keys, &mut |event| {
                let Some(assigned) = fold.event(event) else {
                    return;
                };
                let Some(session) = places.get(&assigned.session) else {
                    return;
                };
                if within(event.at, self.options) {
                    measure.event(event, session, assigned.tie);
                    let verdict = verdicts.get(session.as_str()).copied().unwrap_or_default();
                    timeline.push(TimelineRow::of(event, session, verdict, assigned.tie));
                }
            });
            replayed.map_err(store_error)?;
        }
        Ok((measure.finish(), timeline))
    }
}

fn within(at: Moment, options: &Options) -> bool {
    options.from.is_none_or(|from| at.micros >= from.micros)
        && options.to.is_none_or(|to| at.micros < to.micros)
}

/// Whether limits leave a session in.
fn is_asked(session: &Session, options: &Options) -> bool {
    let overlaps = options
        .from
        .is_none_or(|from| session.last.micros >= from.micros)
        && options.to.is_none_or(|to| session.first.micros < to.micros);
    overlaps && (options.accounts.is_empty() || options.accounts.contains(&session.account))
}

impl Outcome {
    /// Keeps the listed sessions of one account and counts the others.
    fn take(
        &mut self,
        account: &str,
        sessions: Vec<Session>,
        judged: Vec<Judged>,
        options: &Options,
    ) {
        let mut places = BTreeMap::new();
        for (place, (session, judged)) in sessions.into_iter().zip(judged).enumerate() {
            self.conflicts.extend(judged.conflicts);
            if judged.judgement.verdict == Verdict::Ordinary {
                self.ordinary_sessions += 1;
                let asked = is_asked(&session, options);
                let told =
                    |finding: &Finding| asked && finding.holds() && matches!(finding.row.0, 2 | 14);
                self.unlisted
                    .extend(judged.findings.into_iter().filter(told));
                continue;
            }
            if !is_asked(&session, options) {
                continue;
            }
            places.insert(place, session.id.clone());
            self.findings.extend(judged.findings);
            self.listed.push(Listed {
                session,
                judgement: judged.judgement,
            });
        }
        if !places.is_empty() {
            self.places.insert(account.to_owned(), places);
        }
    }

    /// Takes in what was judged of other accounts.
    fn join(&mut self, other: Outcome) {
        self.listed.extend(other.listed);
        self.findings.extend(other.findings);
        self.unlisted.extend(other.unlisted);
        self.ordinary_sessions += other.ordinary_sessions;
        self.conflicts.extend(other.conflicts);
        self.places.extend(other.places);
    }

    /// Puts what came in the order of the files into that of accounts.
    fn sort(&mut self) {
        let key = |session: &Session| (session.account.clone(), session.first, session.id.clone());
        self.listed
            .sort_by_cached_key(|listed| key(&listed.session));
        let of = |finding: &Finding| {
            (
                finding.account.clone(),
                finding.session.clone(),
                finding.row,
                finding.at,
                finding.id.clone(),
            )
        };
        self.findings.sort_by_cached_key(of);
        self.unlisted.sort_by_cached_key(of);
        self.conflicts
            .sort_by(|a, b| (&a.source, &a.session).cmp(&(&b.source, &b.session)));
    }

    /// Sessions that an expectation changed, in its order.
    pub fn expected_changed(&self, place: usize) -> Vec<String> {
        let sessions = self.expected.get(place).into_iter().flatten();
        sessions.cloned().collect()
    }

    /// Sessions whose verdict a determination changed, in its order.
    pub fn changed(&self, place: usize) -> Vec<String> {
        let none = BTreeSet::new();
        self.effects
            .get(place)
            .map_or(&none, |effect| &effect.changed)
            .iter()
            .cloned()
            .collect()
    }
}
