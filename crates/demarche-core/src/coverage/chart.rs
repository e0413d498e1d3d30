//! Learns, in any order, which source speaks for which hours and operations.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::coverage::facts::{SourceFacts, Stated};
use crate::coverage::ledger::{Alert, Coverage, Speaker};
use crate::coverage::{export, fault, silence, store, stream, switch};
use crate::event::event::{Event, names_somebody};
use crate::event::kind::{Kind, Outcome, Told};
use crate::event::words;
use crate::vocab::card::Stream;
use crate::vocab::moment::Moment;
use crate::vocab::place::{Place, SourceNumber};

/// The most notes, switches and salvaged records kept of each kind; earlier ones are kept.
pub const NOTES_MOST: usize = 4096;

/// The first few of a set of names, whatever order they come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Few(Vec<String>);

impl Few {
    /// Adds a name, compared in lower case; empty ones are absent.
    pub fn add(&mut self, name: &str) {
        let name = name.trim();
        if name.is_empty() || self.0.iter().any(|kept| kept.eq_ignore_ascii_case(name)) {
            return;
        }
        let beyond = self.0.len() == Speaker::FEW
            && name.is_ascii()
            && self.0.last().is_some_and(|last| {
                let lower = name.bytes().map(|byte| byte.to_ascii_lowercase());
                lower.gt(last.bytes())
            });
        if beyond {
            return;
        }
        let name = name.to_lowercase();
        if let Err(at) = self.0.binary_search(&name)
            && at < Speaker::FEW
        {
            self.0.insert(at, name);
            self.0.truncate(Speaker::FEW);
        }
    }

    /// The names, in order.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// What one source says in one stream.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Events.
    pub n_events: u64,
    /// Events that an id could tie: all but attempts that came to nothing.
    pub n_tied: u64,
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
    /// Events by hour since the epoch.
    pub hours: BTreeMap<i64, u32>,
    /// A few accounts.
    pub accounts: Few,
    /// A few operations.
    pub operations: Few,
}

impl Slice {
    /// Takes in what was learned of other events of the same source and stream.
    fn merge(&mut self, other: Slice) {
        self.n_events += other.n_events;
        self.n_tied += other.n_tied;
        self.n_token_ids += other.n_token_ids;
        self.n_session_ids += other.n_session_ids;
        self.n_grouped += other.n_grouped;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        add_hours(&mut self.hours, other.hours);
        for name in other.accounts.names() {
            self.accounts.add(name);
        }
        for name in other.operations.names() {
            self.operations.add(name);
        }
    }
}

/// What is seen of one store.
#[derive(Clone, Debug, Default)]
pub struct StoreSeen {
    /// Its name, lower case.
    pub name: String,
    /// Records of items read or containers synchronised.
    pub n_access: u64,
    /// Records of items read, by hour since the epoch.
    pub reads_by_hour: BTreeMap<i64, u32>,
    /// Messages sent from it.
    pub n_sent: u64,
    /// Moments at which the service said that logging was suspended, the first of each hour.
    pub throttled: BTreeMap<i64, Moment>,
}

impl StoreSeen {
    /// Takes in what other events show of the same store.
    fn merge(&mut self, other: StoreSeen) {
        self.n_access += other.n_access;
        self.n_sent += other.n_sent;
        add_hours(&mut self.reads_by_hour, other.reads_by_hour);
        for (hour, at) in other.throttled {
            let first = self.throttled.entry(hour).or_insert(at);
            *first = (*first).min(at);
        }
    }
}

/// A switch of auditing on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Switch {
    /// Which store it is about; empty for all.
    pub store: String,
    /// Whose acts it is about; empty for all.
    pub account: String,
    /// When.
    pub at: Moment,
    /// Whether auditing was switched off or narrowed.
    pub off: bool,
    /// The operation's name as delivered.
    pub operation: String,
    /// The record.
    pub place: Place,
}

/// How a store's auditing stood when a snapshot was taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// The store, lower case.
    pub store: String,
    /// When; the epoch where the snapshot does not say.
    pub at: Moment,
    /// Whether it was audited at all.
    pub on: bool,
    /// Operations of the owner that are audited, as delivered; empty where not stated.
    pub operations: BTreeSet<String>,
    /// The record.
    pub place: Place,
}

/// A window a collector speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Start and end, where the collector names them.
    pub span: Option<(Moment, Moment)>,
    /// What happened to it, in a few words.
    pub what: String,
    /// What became of it.
    pub state: String,
    /// Whose records it collected; empty for all.
    pub account: String,
    /// The source.
    pub source: SourceNumber,
}

/// What survives of a record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Salvaged {
    /// The source.
    pub source: SourceNumber,
    /// When, by its wrapper.
    pub at: Moment,
    /// Whose.
    pub account: String,
    /// The operation's name as delivered.
    pub operation: String,
    /// The stream it would have been in.
    pub stream: Stream,
}

/// What is learned while events pass; the result does not depend on their order.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// By source and stream.
    pub slices: BTreeMap<(SourceNumber, Stream), Slice>,
    /// Stores, in no order that means anything.
    pub stores: Vec<StoreSeen>,
    store_names: BTreeMap<Box<str>, usize>,
    /// Switches of auditing.
    pub switches: BTreeSet<Switch>,
    /// How auditing stood, as snapshots show it.
    pub settings: BTreeSet<Setting>,
    /// Windows of collectors.
    pub windows: BTreeSet<Window>,
    /// Records that could not be read.
    pub salvaged: BTreeSet<Salvaged>,
    /// Alerts, for the clock.
    pub alerts: BTreeSet<Alert>,
    /// The largest total a search states, by source.
    pub result_totals: BTreeMap<SourceNumber, u64>,
    /// Events without a time, by source.
    pub untimed: BTreeMap<SourceNumber, u64>,
}

impl Chart {
    /// Learns one event. Copies of a record must not be handed in.
    pub fn learn(&mut self, event: &Event<'_>) {
        if event.marks.salvaged {
            self.learn_salvaged(event);
            return;
        }
        if event.kind == Kind::CollectorNote {
            self.learn_window(event);
            return;
        }
        // A snapshot has a moment and no hours.
        if event.kind == Kind::Standing {
            self.learn_standing(event);
            return;
        }
        if !event.at.is_stated() {
            *self.untimed.entry(event.place.source).or_default() += 1;
            return;
        }
        self.learn_slice(event);
        self.learn_store(event);
        match event.kind {
            Kind::AuditDisabled | Kind::AuditEnabled => self.learn_switch(event),
            Kind::AlertRaised => self.learn_alert(event),
            _ => {}
        }
        let total = event
            .details_of(words::RESULT_COUNT)
            .filter_map(last_number)
            .max();
        if let Some(total) = total {
            let kept = self.result_totals.entry(event.place.source).or_default();
            *kept = (*kept).max(total);
        }
    }

    /// Whether a store is audited, as a snapshot shows it (K6, G6).
    fn learn_standing(&mut self, event: &Event<'_>) {
        let on = match Kind::from_word(event.detail(words::STANDS)) {
            Some(Kind::AuditEnabled) => true,
            Some(Kind::AuditDisabled) => false,
            _ => return,
        };
        self.settings.insert(Setting {
            store: event.store.key(),
            at: event.at,
            on,
            operations: event
                .details_of(words::AUDITED)
                .map(str::to_owned)
                .collect(),
            place: event.place,
        });
        if self.settings.len() > NOTES_MOST {
            self.settings.pop_last();
        }
    }

    fn learn_slice(&mut self, event: &Event<'_>) {
        let slice = self
            .slices
            .entry((event.place.source, event.stream))
            .or_insert_with(|| Slice {
                n_events: 0,
                n_tied: 0,
                n_token_ids: 0,
                n_session_ids: 0,
                n_grouped: 0,
                first: event.at,
                last: event.at,
                hours: BTreeMap::new(),
                accounts: Few::default(),
                operations: Few::default(),
            });
        slice.n_events += 1;
        slice.n_tied += u64::from(matches!(
            event.outcome,
            Outcome::Succeeded | Outcome::Unknown
        ));
        slice.n_token_ids += u64::from(!event.ties.token.is_empty());
        slice.n_session_ids += u64::from(!event.ties.session.is_empty());
        slice.n_grouped += u64::from(event.marks.grouped);
        slice.first = slice.first.min(event.at);
        slice.last = slice.last.max(event.at);
        let hour = slice.hours.entry(event.at.hour()).or_default();
        *hour = hour.saturating_add(1);
        if names_somebody(&event.actor.name) {
            slice.accounts.add(&event.actor.name);
        }
        slice.operations.add(&event.operation);
    }

    fn learn_store(&mut self, event: &Event<'_>) {
        let access = matches!(event.kind, Kind::ItemsRead | Kind::FolderSynced)
            && event.stream == Stream::ItemAccess;
        let sent = event.kind == Kind::MessageSent;
        let throttled = event.throttled == Told::Yes;
        if !(access || sent || throttled) {
            return;
        }
        let Some(index) = self.store_of(event) else {
            return;
        };
        let seen = &mut self.stores[index];
        seen.n_access += u64::from(access);
        seen.n_sent += u64::from(sent);
        if access && event.kind == Kind::ItemsRead {
            let hour = seen.reads_by_hour.entry(event.at.hour()).or_default();
            *hour = hour.saturating_add(1);
        }
        if throttled {
            let first = seen.throttled.entry(event.at.hour()).or_insert(event.at);
            *first = (*first).min(event.at);
        }
    }

    /// The store an event is in; a send without a store is from the sender's own.
    fn store_of(&mut self, event: &Event<'_>) -> Option<usize> {
        let own = event.kind == Kind::MessageSent;
        let raw = if names_somebody(&event.store.name) {
            event.store.name.trim()
        } else if !event.store_id.is_empty() {
            event.store_id.trim()
        } else if own && names_somebody(&event.actor.name) {
            event.actor.name.trim()
        } else {
            return None;
        };
        if let Some(index) = self.store_names.get(raw) {
            return Some(*index);
        }
        let name = raw.to_lowercase();
        let known = self.store_names.get(name.as_str()).copied();
        let index = known.unwrap_or_else(|| {
            self.stores.push(StoreSeen {
                name: name.clone(),
                ..StoreSeen::default()
            });
            self.stores.len() - 1
        });
        self.store_names.insert(name.into(), index);
        self.store_names.insert(raw.into(), index);
        Some(index)
    }

    /// Scope (words agreed with readers): a store, else a target account, else everything.
    fn learn_switch(&mut self, event: &Event<'_>) {
        if matches!(event.outcome, Outcome::Failed | Outcome::Stopped) {
            return;
        }
        let switch = Switch {
            store: event.store.key(),
            account: event.detail(words::TARGET).trim().to_lowercase(),
            at: event.at,
            off: event.kind == Kind::AuditDisabled,
            operation: event.operation.to_string(),
            place: event.place,
        };
        keep_first(&mut self.switches, switch, NOTES_MOST);
    }

    fn learn_window(&mut self, event: &Event<'_>) {
        let from = Moment::parse_iso(event.detail(words::WINDOW_FROM));
        let to = Moment::parse_iso(event.detail(words::WINDOW_TO));
        let window = Window {
            span: from.zip(to),
            what: event.operation.to_string(),
            state: event.detail(words::WINDOW_STATE).to_owned(),
            account: event.actor.key(),
            source: event.place.source,
        };
        keep_first(&mut self.windows, window, NOTES_MOST);
    }

    fn learn_salvaged(&mut self, event: &Event<'_>) {
        let salvaged = Salvaged {
            source: event.place.source,
            at: event.at,
            account: event.actor.key(),
            operation: event.operation.to_string(),
            stream: event.stream,
        };
        keep_first(&mut self.salvaged, salvaged, NOTES_MOST);
    }

    fn learn_alert(&mut self, event: &Event<'_>) {
        let name = match event.detail(words::NAME) {
            "" => event.operation.to_string(),
            name => name.to_owned(),
        };
        let alert = Alert {
            at: event.at,
            place: event.place,
            account: event.actor.key(),
            name,
        };
        keep_first(&mut self.alerts, alert, Coverage::ALERTS_MOST);
    }

    /// Takes in what another chart learned of other events.
    pub fn merge(&mut self, other: Chart) {
        // Whoever adds something to learn is told here by the compiler.
        let Chart {
            slices,
            stores,
            store_names: _,
            switches,
            settings,
            windows,
            salvaged,
            alerts,
            result_totals,
            untimed,
        } = other;
        for (key, slice) in slices {
            match self.slices.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(slice);
                }
                Entry::Occupied(mut mine) => mine.get_mut().merge(slice),
            }
        }
        for seen in stores {
            match self.store_names.get(seen.name.as_str()) {
                Some(index) => self.stores[*index].merge(seen),
                None => {
                    let name = seen.name.as_str().into();
                    self.store_names.insert(name, self.stores.len());
                    self.stores.push(seen);
                }
            }
        }
        join_first(&mut self.switches, switches, NOTES_MOST);
        join_first(&mut self.windows, windows, NOTES_MOST);
        join_first(&mut self.salvaged, salvaged, NOTES_MOST);
        join_first(&mut self.settings, settings, NOTES_MOST);
        join_first(&mut self.alerts, alerts, Coverage::ALERTS_MOST);
        for (source, total) in result_totals {
            let kept = self.result_totals.entry(source).or_default();
            *kept = (*kept).max(total);
        }
        for (source, n) in untimed {
            *self.untimed.entry(source).or_default() += n;
        }
    }

    /// Closes the chart: all that was learned, with what intake counted, as a ledger.
    pub fn close(self, sources: &[SourceFacts], stated: &Stated) -> Coverage {
        let closing = Closing {
            chart: &self,
            sources,
            stated,
        };
        let mut gaps = Vec::new();
        let horizons = export::horizons(&closing);
        export::gaps(&closing, &horizons, &mut gaps);
        stream::gaps(&closing, &mut gaps);
        store::gaps(&closing, &mut gaps);
        switch::gaps(&closing, &mut gaps);
        fault::gaps(&closing, &mut gaps);
        silence::gaps(&closing, &mut gaps);
        gaps.sort_by(|a, b| {
            (a.kind, a.source, a.from, &a.id).cmp(&(b.kind, b.source, b.from, &b.id))
        });
        gaps.dedup_by(|a, b| a.id == b.id);
        let speakers = closing.speakers();
        Coverage {
            gaps,
            hours: closing.hours(),
            first: speakers.iter().map(|s| s.first).min(),
            last: speakers.iter().map(|s| s.last).max(),
            n_events: speakers.iter().map(|s| s.n_events).sum(),
            speakers,
            horizons,
            issuers: stated.issuers.clone(),
            alerts: self.alerts.into_iter().collect(),
        }
    }
}

/// What detectors look at.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// What was learned.
    pub chart: &'a Chart,
    /// What intake counted.
    pub sources: &'a [SourceFacts],
    /// What the user states.
    pub stated: &'a Stated,
}

impl<'a> Closing<'a> {
    /// The facts of a source.
    pub fn facts(&self, number: SourceNumber) -> Option<&'a SourceFacts> {
        self.sources.iter().find(|facts| facts.number == number)
    }

    /// Sources grouped by the name of their card, in order of name.
    pub fn by_card(&self) -> BTreeMap<&'static str, Vec<&'a SourceFacts>> {
        let mut groups: BTreeMap<&'static str, Vec<&SourceFacts>> = BTreeMap::new();
        for facts in self.sources {
            if let Some(card) = facts.card {
                groups.entry(card.name).or_default().push(facts);
            }
        }
        groups
    }

    /// The slices of a group of sources.
    pub fn slices<'b>(
        &'b self,
        group: &'b [&SourceFacts],
    ) -> impl Iterator<Item = (Stream, &'a Slice)> + 'b {
        let chart = self.chart;
        group.iter().flat_map(move |facts| {
            let low = (facts.number, Stream::ItemAccess);
            let high = (facts.number, Stream::Other);
            chart
                .slices
                .range(low..=high)
                .map(|((_, stream), slice)| (*stream, slice))
        })
    }

    fn speakers(&self) -> Vec<Speaker> {
        let slices = self.chart.slices.iter();
        slices
            .map(|((source, stream), slice)| Speaker {
                source: *source,
                stream: *stream,
                card: self.facts(*source).and_then(|facts| facts.card),
                acquired: self.facts(*source).is_some_and(|facts| facts.acquired),
                n_events: slice.n_events,
                n_token_ids: slice.n_token_ids,
                n_session_ids: slice.n_session_ids,
                n_grouped: slice.n_grouped,
                first: slice.first,
                last: slice.last,
                accounts: slice.accounts.names().to_vec(),
                operations: slice.operations.names().to_vec(),
            })
            .collect()
    }

    fn hours(&self) -> BTreeMap<Stream, BTreeMap<i64, u32>> {
        let mut hours: BTreeMap<Stream, BTreeMap<i64, u32>> = BTreeMap::new();
        for ((_, stream), slice) in &self.chart.slices {
            let union = hours.entry(*stream).or_default();
            for (hour, n) in &slice.hours {
                let sum = union.entry(*hour).or_default();
                *sum = sum.saturating_add(*n);
            }
        }
        hours
    }
}

/// Keeps the first `most` values of a set, whatever order they come in.
fn keep_first<T: Ord>(set: &mut BTreeSet<T>, value: T, most: usize) {
    set.insert(value);
    if set.len() > most {
        set.pop_last();
    }
}

/// Takes in another such set.
fn join_first<T: Ord>(set: &mut BTreeSet<T>, other: BTreeSet<T>, most: usize) {
    set.extend(other);
    while set.len() > most {
        set.pop_last();
    }
}

/// Adds counts by hour.
fn add_hours(mine: &mut BTreeMap<i64, u32>, other: BTreeMap<i64, u32>) {
    for (hour, n) in other {
        let sum = mine.entry(hour).or_default();
        *sum = sum.saturating_add(n);
    }
}

/// The last whole number in a text, as in `3/100`.
fn last_number(text: &str) -> Option<u64> {
    text.split(|c: char| !c.is_ascii_digit())
        .rfind(|part| !part.is_empty())?
        .parse()
        .ok()
}
