//! The closed ledger: who speaks for which hours, and every gap.

use std::collections::{BTreeMap, BTreeSet};

use crate::coverage::facts::{Issuer, Kept};
use crate::coverage::gap::{Gap, GapKind};
use crate::vocab::card::{Card, Stream};
use crate::vocab::moment::{HOUR, Moment};
use crate::vocab::place::{Place, SourceNumber};

/// What one source says in one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaker {
    /// The source.
    pub source: SourceNumber,
    /// The stream.
    pub stream: Stream,
    /// The card of the source's kind.
    pub card: Option<&'static Card>,
    /// Whether its acquisition is stated: without that its silence says nothing.
    pub acquired: bool,
    /// Events.
    pub n_events: u64,
    /// Events with a token id.
    pub n_token_ids: u64,
    /// Events with a session id.
    pub n_session_ids: u64,
    /// Events whose row stands for several.
    pub n_grouped: u64,
    /// First event.
    pub first: Moment,
    /// Last event.
    pub last: Moment,
    /// Accounts in it, the first [`Speaker::FEW`] in order of name.
    pub accounts: Vec<String>,
    /// Operations in it, the first [`Speaker::FEW`] in order of name.
    pub operations: Vec<String>,
}

impl Speaker {
    /// The most accounts and operations kept for the test of filtered exports.
    pub const FEW: usize = 16;
}

/// An alert on record, for the clock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alert {
    /// When.
    pub at: Moment,
    /// The record.
    pub place: Place,
    /// The account it names; empty where it names none.
    pub account: String,
    /// Its name as delivered.
    pub name: String,
}

/// How far back the sources of one card reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The card.
    pub card: &'static Card,
    /// First event of its sources.
    pub first: Moment,
    /// Last event of its sources.
    pub last: Moment,
    /// When they were exported, where that is stated.
    pub exported: Option<Moment>,
    /// How long the provider keeps them, where the card says.
    pub kept: Option<Kept>,
    /// What is older is past retention: that long before the export, else before the last event.
    pub edge: Moment,
    /// Whether the first event lies within a day of the edge of retention (K16).
    pub at_edge: bool,
}

/// Whether somebody speaks for a stream over a span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speech {
    /// Whether a source speaks for the whole span without a gap.
    pub speaks: bool,
    /// Why, or why not, in words.
    pub why: String,
    /// The gaps that lie over the span, by id.
    pub gaps: Vec<String>,
}

/// A question to the ledger; empty text means "any".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The stream that would show it.
    pub stream: Stream,
    /// Whose doing.
    pub account: String,
    /// In which store.
    pub store: String,
    /// Which operation.
    pub operation: String,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
}

/// What may be said where no record shows something (semantics §6.1, §6.3 G8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Logs that would show it are here, are complete for the window, and have nothing.
    NotShown {
        /// What permits saying so.
        because: String,
    },
    /// The logs cannot show it either way.
    Unknowable {
        /// Why not.
        because: String,
        /// The gaps in the way, by id.
        gaps: Vec<String>,
    },
}

/// The closed ledger of coverage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Every gap, in order of kind, source and time.
    pub gaps: Vec<Gap>,
    /// Who speaks, in order of source and stream.
    pub speakers: Vec<Speaker>,
    /// Events per stream and hour since the epoch, over all sources.
    pub hours: BTreeMap<Stream, BTreeMap<i64, u32>>,
    /// How far back each kind of source reaches, in order of card.
    pub horizons: Vec<Horizon>,
    /// What operators state of their issuers' logs.
    pub issuers: Vec<Issuer>,
    /// Alerts on record, earliest first, at most [`Coverage::ALERTS_MOST`].
    pub alerts: Vec<Alert>,
    /// First event of all.
    pub first: Option<Moment>,
    /// Last event of all.
    pub last: Option<Moment>,
    /// Events read, without duplicates.
    pub n_events: u64,
}

impl Coverage {
    /// The most alerts kept for the clock.
    pub const ALERTS_MOST: usize = 4096;
    /// Accounts and operations that must be on record before a filter is implausible.
    pub const UNFILTERED_MIN: usize = 3;

    /// Whether any source here carries the stream at all.
    pub fn has(&self, stream: Stream) -> bool {
        self.speakers.iter().any(|speaker| speaker.stream == stream)
    }

    /// From when to when the logs that carry any of some streams reach.
    ///
    /// A rare stream is as complete as the log that carries it: three sign-ins of applications in
    /// a month are not a log of three days. So reach is that of the log, by card, not of the
    /// stream.
    pub fn reach(&self, streams: &[Stream]) -> Option<(Moment, Moment)> {
        let card = |speaker: &Speaker| speaker.card.map(|card| card.name);
        let carriers: BTreeSet<Option<&str>> = self
            .speakers
            .iter()
            .filter(|speaker| streams.contains(&speaker.stream))
            .map(card)
            .collect();
        let speakers = || {
            let carries = |s: &&Speaker| match card(s) {
                None => streams.contains(&s.stream),
                name => carriers.contains(&name),
            };
            self.speakers.iter().filter(carries)
        };
        let first = speakers().map(|speaker| speaker.first).min()?;
        let last = speakers().map(|speaker| speaker.last).max()?;
        Some((first, last))
    }

    /// Gaps that lie over a span for an account, a store and any of the streams.
    ///
    /// An empty account or store asks about all; a gap about one account or store lies over a
    /// question about another one never.
    pub fn gaps_over<'a>(&'a self, question: &'a Question) -> impl Iterator<Item = &'a Gap> {
        self.gaps
            .iter()
            .filter(move |gap| self.lies_over(gap, question))
    }

    /// Whether somebody speaks for the stream over the whole span, for all accounts.
    pub fn speaks(&self, stream: Stream, from: Moment, to: Moment) -> Speech {
        self.speaks_of(&Question {
            stream,
            from,
            to,
            ..Question::default()
        })
    }

    /// Whether somebody speaks for what a question asks about, over its whole span.
    ///
    /// Gaps about one account or store count only where that one is asked about.
    pub fn speaks_of(&self, question: &Question) -> Speech {
        let asks_about = |gap: &Gap| {
            let harmless = gap.kind == GapKind::FilteredExport && self.is_filter_on(gap, question);
            (gap.account.is_empty() || !question.account.is_empty())
                && (gap.store.is_empty() || !question.store.is_empty())
                && !harmless
        };
        let gaps: Vec<String> = self
            .gaps_over(question)
            .filter(|gap| stops_speech(gap.kind) && asks_about(gap))
            .map(|gap| gap.id.clone())
            .collect();
        let word = question.stream.word();
        let Some((first, last)) = self.reach(&[question.stream]) else {
            let why = format!("no source here carries {word}");
            return Speech {
                speaks: false,
                why,
                gaps,
            };
        };
        let reaches = first.micros <= question.from.micros
            && question.to.micros <= last.micros.saturating_add(HOUR);
        let why = match (reaches, gaps.len()) {
            (true, 0) => format!("{word} is on record from {first} to {last}"),
            (false, _) => format!("{word} is on record only from {first} to {last}"),
            (true, 1) => "a gap lies over the span".to_owned(),
            (true, n) => format!("{n} gaps lie over the span"),
        };
        Speech {
            speaks: reaches && gaps.is_empty(),
            why,
            gaps,
        }
    }
}

/// Whether a gap of this kind stops "nobody did" from being said.
///
/// Gaps about fields (ids, lossy forms) and about use that is never logged do not.
pub fn stops_speech(kind: GapKind) -> bool {
    !matches!(
        kind,
        GapKind::NoIds
            | GapKind::Lossy
            | GapKind::Conflict
            | GapKind::NeverLogged
            | GapKind::UnknownFile
            | GapKind::Synchronised
            | GapKind::ListedFewer
            | GapKind::IssuanceUnknown
    )
}

impl Coverage {
    /// Whether a gap lies over a question.
    ///
    /// A gap about a kind of source lies over the streams that it may carry only; one about an
    /// account or store never lies over a question about another.
    pub fn lies_over(&self, gap: &Gap, question: &Question) -> bool {
        let about = |gap: &str, asked: &str| {
            gap.is_empty() || asked.is_empty() || gap.eq_ignore_ascii_case(asked)
        };
        let begins = gap
            .from
            .is_none_or(|from| from.micros <= question.to.micros);
        let ends = gap.to.is_none_or(|to| question.from.micros < to.micros);
        let stream = match gap.stream {
            Some(stream) => stream == question.stream,
            None => self.may_carry(gap.card, question.stream),
        };
        begins
            && ends
            && stream
            && about(&gap.account, &question.account)
            && about(&gap.store, &question.store)
            && about(&gap.operation, &question.operation)
    }

    /// Whether a filter let through just the account that is asked about.
    fn is_filter_on(&self, gap: &Gap, question: &Question) -> bool {
        let asked = question.account.to_lowercase();
        self.speakers
            .iter()
            .filter(|speaker| speaker.card.is_some_and(|card| card.name == gap.card))
            .any(|speaker| speaker.accounts.contains(&asked))
    }

    fn may_carry(&self, card: &str, stream: Stream) -> bool {
        let horizon = self.horizons.iter().find(|h| h.card.name == card);
        horizon.is_none_or(|horizon| horizon.card.streams.contains(&stream))
    }
}

impl Coverage {
    /// What may be said where no record shows what a question asks about (semantics §6.3, G8).
    ///
    /// "Not shown" is permitted only where a source carries the stream, reaches over the whole
    /// window without a gap, and shows enough other accounts and operations to make a filter
    /// implausible: a filter on just what is asked about does no harm. It is never said from a
    /// source of which nobody stated how it was acquired.
    pub fn silence(&self, question: &Question) -> Silence {
        let speech = self.speaks_of(question);
        if !speech.speaks {
            return Silence::Unknowable {
                because: speech.why,
                gaps: speech.gaps,
            };
        }
        let unstated = |speaker: &&Speaker| speaker.stream == question.stream && !speaker.acquired;
        if let Some(speaker) = self.speakers.iter().find(unstated) {
            return unknowable(format!(
                "how source {} was acquired is not stated: its window and filters are not known",
                speaker.source.0
            ));
        }
        let (mut accounts, mut operations) = (BTreeSet::new(), BTreeSet::new());
        let card = |speaker: &Speaker| speaker.card.map(|card| card.name);
        let carriers: BTreeSet<_> = self
            .speakers
            .iter()
            .filter(|speaker| speaker.stream == question.stream)
            .map(card)
            .collect();
        let same_kind = self.speakers.iter().filter(|s| carriers.contains(&card(s)));
        for speaker in same_kind {
            accounts.extend(speaker.accounts.iter().map(String::as_str));
            operations.extend(speaker.operations.iter().map(String::as_str));
        }
        let open = |seen: &BTreeSet<&str>, asked: &str| {
            seen.len() >= Coverage::UNFILTERED_MIN
                || (!asked.is_empty() && seen.contains(asked.to_lowercase().as_str()))
        };
        if !open(&accounts, &question.account) {
            let n = accounts.len();
            return unknowable(format!(
                "filtered export? only {n} accounts are on record in {}",
                question.stream.word()
            ));
        }
        if !question.operation.is_empty() && !open(&operations, &question.operation) {
            let n = operations.len();
            return unknowable(format!(
                "filtered export? only {n} operations are on record beside {}",
                question.operation
            ));
        }
        Silence::NotShown {
            because: format!(
                "{}, without a gap (accounts on record: {}; operations: {})",
                speech.why,
                at_least(accounts.len()),
                at_least(operations.len())
            ),
        }
    }
}

fn unknowable(because: String) -> Silence {
    Silence::Unknowable {
        because,
        gaps: Vec::new(),
    }
}

fn at_least(n: usize) -> String {
    if n >= Speaker::FEW {
        format!("at least {n}")
    } else {
        n.to_string()
    }
}
