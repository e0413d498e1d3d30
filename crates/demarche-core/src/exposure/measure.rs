//! Measures what was reached in each listed session (semantics §6.2).

use std::collections::{BTreeMap, BTreeSet};

use crate::coverage::gap::{Gap, GapKind};
use crate::coverage::ledger::{Coverage, Question};
use crate::event::event::Event;
use crate::event::item::ItemKind;
use crate::event::kind::{Kind, Outcome, Told};
use crate::event::words;
use crate::exposure::action::{Action, Open, is_act};
use crate::exposure::counted::{Counted, is_sum};
use crate::exposure::exposure::{Caveat, Exposure, Reached};
use crate::exposure::in_place::{InPlace, Put};
use crate::exposure::removed::{About, Removed};
use crate::exposure::stores::{StoreKey, Stores};
use crate::exposure::tally::{ItemKey, Sighting, Tally, blank, item_key};
use crate::finding::finding::Judgement;
use crate::session::session::{Act, Session};
use crate::vocab::card::Stream;
use crate::vocab::grade::{Grade, Tie};
use crate::vocab::moment::{DAY, Moment};
use crate::vocab::place::Place;

/// A hostile or suspect session with its judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The session.
    pub session: Session,
    /// What the verdict table makes of it.
    pub judgement: Judgement,
}

impl Listed {
    /// The first attempt in it that did not get in: when, and its record.
    pub fn first_attempt(&self) -> Option<(Moment, Place)> {
        let acts = self.session.acts.iter();
        acts.filter(|act| did_not_get_in(act))
            .map(|act| (act.at, act.place))
            .min()
    }

    /// When it got in: its first event, unless that was an attempt that did not; then the first
    /// act that was none.
    pub fn first_entry(&self) -> (Moment, Place) {
        let session = &self.session;
        let acts = || session.acts.iter();
        let begun = (session.first, session.first_place);
        let tried = acts().any(|act| did_not_get_in(act) && (act.at, act.place) == begun);
        let entered = acts()
            .filter(|act| tried && !did_not_get_in(act))
            .map(|act| (act.at, act.place))
            .min();
        entered.unwrap_or(begun)
    }

    /// The applications that acted in it: the caller of each pair, else its front.
    pub fn applications(&self) -> BTreeSet<String> {
        let pairs = self.session.applications.values.iter();
        pairs
            .filter_map(|pair| {
                let (front, caller) = pair.split_once('|').unwrap_or((pair, ""));
                let actor = if caller.is_empty() { front } else { caller };
                (!actor.is_empty()).then(|| actor.to_owned())
            })
            .collect()
    }
}

/// Whether an act is a sign-in that was refused.
fn did_not_get_in(act: &Act) -> bool {
    let refused = matches!(
        act.outcome,
        Outcome::WrongPassword | Outcome::Locked | Outcome::Failed | Outcome::Stopped
    );
    act.kind == Kind::SignIn && refused
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// One row per session and item or container, in order of session, store, container, item.
    pub exposures: Vec<Exposure>,
    /// Acts, in order of time and place.
    pub actions: Vec<Action>,
    /// What is not on record as removed, in order of need and time.
    pub open: Vec<Open>,
    /// Gaps that the listed sessions' own records open: synchronised, listed fewer.
    pub gaps: Vec<Gap>,
    /// Ids of the gaps that lie over each session.
    pub unknowable: BTreeMap<String, Vec<String>>,
    /// What snapshots show in place and nothing on record put there.
    pub standing: Vec<Open>,
}

/// Streams whose gaps leave open what was reached in a session.
const ACCESS: &[Stream] = &[
    Stream::ItemAccess,
    Stream::File,
    Stream::Chat,
    Stream::Rows,
    Stream::Api,
];

/// What a session reached in one store, as far as gaps of that store need it.
#[derive(Clone, Copy, Debug)]
struct Touched {
    first: Moment,
    last: Moment,
    place: Place,
    tie: Tie,
}

/// Measures exposure while the events of accounts with listed sessions pass in order.
#[derive(Debug)]
pub struct Measure<'a> {
    coverage: &'a Coverage,
    removed: &'a Removed,
    listed: &'a [Listed],
    numbers: BTreeMap<&'a str, usize>,
    stores: Stores,
    tally: Tally,
    touched: BTreeMap<(usize, StoreKey), Touched>,
    actions: Vec<Action>,
    in_place: InPlace,
    counted: Counted,
    gaps: BTreeMap<(usize, GapKind, StoreKey), (Moment, Moment)>,
    /// The last statement of each session, and the most rows that one of its tables counts.
    statements: BTreeMap<usize, (String, u64)>,
}

/// One event on its way into the tally.
#[derive(Clone, Copy)]
struct Seen<'a, 'e> {
    event: &'a Event<'e>,
    listed: &'a Listed,
    session: usize,
    tie: Tie,
}

impl<'a> Measure<'a> {
    /// A measure of these sessions.
    pub fn new(listed: &'a [Listed], coverage: &'a Coverage, removed: &'a Removed) -> Measure<'a> {
        let numbers = listed
            .iter()
            .enumerate()
            .map(|(number, listed)| (listed.session.id.as_str(), number))
            .collect();
        Measure {
            coverage,
            removed,
            listed,
            numbers,
            stores: Stores::default(),
            tally: Tally::default(),
            touched: BTreeMap::new(),
            actions: Vec::new(),
            in_place: InPlace::default(),
            counted: Counted::default(),
            gaps: BTreeMap::new(),
            statements: BTreeMap::new(),
        }
    }

    /// Measures one event of a session; events of sessions that are not listed are passed over.
    pub fn event(&mut self, event: &Event<'_>, session: &str, tie: Tie) {
        let Some(number) = self.numbers.get(session).copied() else {
            return;
        };
        let seen = Seen {
            event,
            listed: &self.listed[number],
            session: number,
            tie,
        };
        if is_act(event.kind) {
            let action = Action::of(event, session, seen.listed.judgement.verdict, tie);
            self.in_place.add(&action, About::of(event));
            self.actions.push(action);
        }
        let done = matches!(event.outcome, Outcome::Succeeded | Outcome::Unknown);
        if done && !event.marks.salvaged {
            self.reach(seen);
        }
    }

    /// What an event that was done reached.
    fn reach(&mut self, seen: Seen<'_, '_>) {
        match seen.event.kind {
            Kind::ItemsRead => {
                self.counted.named(seen.session, seen.event);
                self.named(seen, &[1, 2, 3]);
            }
            Kind::Other if is_sum(seen.event) => {
                let store = self.stores.learn(seen.event);
                self.counted.sum(seen.session, seen.event, store, seen.tie);
            }
            Kind::AttachmentRead | Kind::FileDownloaded | Kind::FileSynced => {
                self.named(seen, &[2])
            }
            Kind::FileRead => self.named(seen, &[2, 3]),
            Kind::ChatRead => self.named(seen, &[12]),
            Kind::AssistantRead => self.named(seen, &[2]),
            Kind::RowsRead if !seen.event.detail(words::ROWS_UNCOUNTED).is_empty() => {
                self.uncounted(seen)
            }
            Kind::RowsRead => self.named(seen, &[]),
            Kind::FilePreviewed => self.presumed(seen, "a preview of it was rendered", &[11]),
            Kind::LinkUsed => self.presumed(
                seen,
                "a link to it was used; by whom is not on record",
                &[2],
            ),
            Kind::FolderSynced => self.synchronised(seen),
            Kind::ContentExported => self.exported(seen),
            Kind::ApiRequest => self.requested(seen),
            _ => {}
        }
    }

    /// Items a record names: certain, unless tie or session caps the grade.
    fn named(&mut self, seen: Seen<'_, '_>, caveats: &[u8]) {
        let (grade, why) = cap(seen);
        let store = self.touch(seen);
        let mut without_id = 0;
        for item in &seen.event.items {
            let Some((key, text)) = item_key(item) else {
                without_id += 1;
                continue;
            };
            let mut row = seen.blank(caveats);
            row.reached = reached(item.kind);
            row.container = item.container.to_string();
            row.item = text;
            row.rows = if item.kind == ItemKind::Rows {
                item.rows
            } else {
                1
            };
            if item.kind == ItemKind::Rows {
                row.rows_joined = self.joined(seen, item.rows);
            }
            (row.grade, row.why) = (grade, why.to_owned());
            self.tally.add(Sighting {
                session: seen.session,
                store: store.clone(),
                key,
                immutable: item.immutable_id.to_string(),
                exposure: row,
            });
        }
        self.unlisted(seen, &store, without_id);
        if seen.event.throttled == Told::Yes {
            self.suspended(seen, &store);
        }
    }

    /// How many of these rows another table of the same statement counts already.
    ///
    /// Records of one statement follow one another within their session.
    fn joined(&mut self, seen: Seen<'_, '_>, rows: u64) -> u64 {
        let statement = seen.event.detail(words::STATEMENT);
        if statement.is_empty() {
            return 0;
        }
        let last = self.statements.entry(seen.session).or_default();
        if last.0 != statement {
            *last = (statement.to_owned(), rows);
            return 0;
        }
        let joined = rows.min(last.1);
        last.1 = last.1.max(rows);
        joined
    }

    /// Items a record names, presumed for a reason of their own.
    fn presumed(&mut self, seen: Seen<'_, '_>, why: &str, caveats: &[u8]) {
        let store = self.touch(seen);
        for item in &seen.event.items {
            let Some((key, text)) = item_key(item) else {
                continue;
            };
            let mut row = seen.blank(caveats);
            row.reached = reached(item.kind);
            row.container = item.container.to_string();
            row.item = text;
            row.why = why.to_owned();
            self.tally.add(Sighting {
                session: seen.session,
                store: store.clone(),
                key,
                immutable: item.immutable_id.to_string(),
                exposure: row,
            });
        }
    }

    /// Rows that were asked for and that no record counts: the table, or what the statement says.
    fn uncounted(&mut self, seen: Seen<'_, '_>) {
        let store = self.touch(seen);
        for item in &seen.event.items {
            let mut row = seen.blank(&[]);
            row.reached = Reached::Container;
            row.container = item.container.to_string();
            row.why = "rows were asked for, and no record counts what came".to_owned();
            let key = ItemKey::Container(item.container.to_string(), "uncounted");
            self.contain(seen, &store, key, row);
        }
    }

    /// More items counted than listed, or listed without an id: a presumed remainder (K9).
    fn unlisted(&mut self, seen: Seen<'_, '_>, store: &StoreKey, without_id: u64) {
        let listed = seen.event.items.len() as u64;
        let counted = seen.event.items_counted.unwrap_or(listed);
        let unlisted = counted.saturating_sub(listed).saturating_add(without_id);
        if unlisted == 0 {
            return;
        }
        let containers: BTreeSet<&str> = seen
            .event
            .items
            .iter()
            .map(|item| item.container.as_ref())
            .collect();
        let container = match containers.into_iter().collect::<Vec<_>>()[..] {
            [only] => only.to_owned(),
            _ => String::new(),
        };
        let mut row = seen.blank(&[1, 9]);
        row.reached = Reached::Container;
        row.items_unlisted = unlisted;
        row.why = "a record counts more items than it names".to_owned();
        let key = ItemKey::Container(container.clone(), "unlisted");
        row.container = container;
        self.contain(seen, store, key, row);
        self.note_gap(seen, GapKind::ListedFewer, store);
    }

    /// Logging was suspended: the whole store is presumed for the 24 hours that follow (K5).
    fn suspended(&mut self, seen: Seen<'_, '_>, store: &StoreKey) {
        let mut row = seen.blank(&[5]);
        row.reached = Reached::Container;
        row.last = later(seen.event.at, DAY);
        row.why = "the service says that logging of reads was suspended".to_owned();
        self.contain(
            seen,
            store,
            ItemKey::Container(String::new(), "suspended"),
            row,
        );
    }

    /// A container was synchronised: all it held by then is presumed (K4).
    fn synchronised(&mut self, seen: Seen<'_, '_>) {
        let store = self.touch(seen);
        let blank_item = crate::event::item::Item::default();
        let items = if seen.event.items.is_empty() {
            std::slice::from_ref(&blank_item)
        } else {
            &seen.event.items
        };
        for item in items {
            let id = [&item.id, &item.native_id, &item.container]
                .into_iter()
                .find(|id| !id.is_empty())
                .map_or(String::new(), |id| id.to_string());
            let name = [&item.container, &item.title, &item.id]
                .into_iter()
                .find(|name| !name.is_empty())
                .map_or(String::new(), |name| name.to_string());
            let mut row = seen.blank(&[1, 4]);
            row.reached = Reached::Container;
            row.container = name;
            row.why = "it was synchronised: every item it held up to then".to_owned();
            self.contain(seen, &store, ItemKey::Container(id, "synchronised"), row);
        }
        self.note_gap(seen, GapKind::Synchronised, &store);
        if seen.event.throttled == Told::Yes {
            self.suspended(seen, &store);
        }
    }

    /// Content left by an administrator's tool: all that its search found is presumed (K10).
    fn exported(&mut self, seen: Seen<'_, '_>) {
        let store = self.touch(seen);
        let event = seen.event;
        let what = [
            event.detail(words::NAME),
            &event.object,
            event.detail(words::QUERY),
        ]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or("")
        .to_owned();
        let mut row = seen.blank(&[10]);
        row.reached = Reached::Container;
        row.why = "exported by an administrator's tool: every item its search found".to_owned();
        row.container = what.clone();
        self.contain(seen, &store, ItemKey::Container(what, "exported"), row);
    }

    /// Requests to an interface for programs that entered a store: what they returned is presumed.
    fn requested(&mut self, seen: Seen<'_, '_>) {
        let event = seen.event;
        let refused = !event.detail(words::STATUS).is_empty()
            && !event.detail(words::STATUS).trim().starts_with('2');
        if refused || (event.store.is_empty() && event.store_id.is_empty()) {
            return;
        }
        let store = self.touch(seen);
        let mut row = seen.blank(&[]);
        row.reached = Reached::Container;
        row.container = event.object.to_string();
        row.why =
            "requested through an interface for programs: what it returned is not named".to_owned();
        let key = ItemKey::Container(event.object.to_string(), "requested");
        self.contain(seen, &store, key, row);
    }

    fn contain(&mut self, seen: Seen<'_, '_>, store: &StoreKey, key: ItemKey, row: Exposure) {
        self.tally.add(Sighting {
            session: seen.session,
            store: store.clone(),
            key,
            immutable: String::new(),
            exposure: row,
        });
    }

    fn touch(&mut self, seen: Seen<'_, '_>) -> StoreKey {
        let store = self.stores.learn(seen.event);
        let (at, place, tie) = (seen.event.at, seen.event.place, seen.tie);
        let touched = self
            .touched
            .entry((seen.session, store.clone()))
            .or_insert(Touched {
                first: at,
                last: at,
                place,
                tie,
            });
        if (at, place) < (touched.first, touched.place) {
            (touched.first, touched.place, touched.tie) = (at, place, tie);
        }
        touched.last = touched.last.max(at);
        store
    }

    fn note_gap(&mut self, seen: Seen<'_, '_>, kind: GapKind, store: &StoreKey) {
        let at = seen.event.at;
        let span = self
            .gaps
            .entry((seen.session, kind, store.clone()))
            .or_insert((at, at));
        *span = (span.0.min(at), span.1.max(at));
    }

    /// What was measured.
    pub fn finish(mut self) -> Measured {
        self.counted_unnamed();
        self.possibly_suspended();
        let mut puts = std::mem::take(&mut self.in_place).settle(self.removed);
        self.confirmed(&mut puts);
        self.copied_by_rules(&puts);
        let gaps = self.own_gaps();
        let unknowable = self.unknowable(&gaps);
        let mut actions = self.actions;
        actions.sort_by_key(|action| (action.at, action.place));
        let mut exposures = self.tally.settle(&self.stores);
        exposures.retain(|row| row.grade != Grade::Unknowable);
        Measured {
            exposures,
            actions,
            open: puts
                .into_iter()
                .filter(|put| put.removed.is_none())
                .map(|put| put.open)
                .collect(),
            standing: self.removed.standing.before_visibility(),
            gaps: gaps.into_iter().map(|(_, gap)| gap).collect(),
            unknowable,
        }
    }

    /// Bodies that a server counted and no record names: a presumed remainder of the store (K9).
    fn counted_unnamed(&mut self) {
        let listed = self.listed;
        let rows = self.counted.rows(|session| &listed[session].session);
        for (session, store, exposure) in rows {
            let span = (exposure.first, exposure.last);
            let gap = (session, GapKind::ListedFewer, store.clone());
            self.gaps.entry(gap).or_insert(span);
            self.tally.add(Sighting {
                session,
                store,
                key: ItemKey::Container(String::new(), "counted"),
                immutable: String::new(),
                exposure,
            });
        }
    }

    /// Says of what was put in place when a snapshot showed it still there.
    fn confirmed(&self, puts: &mut [Put]) {
        for put in puts {
            let shown = self.removed.standing.shown(put.open.need, &put.about);
            if let Some(at) = shown.filter(|at| *at > put.last) {
                put.open.facts.push(format!("stood_at={at}"));
            }
        }
    }

    /// Stores whose logging may have been suspended while a session was in them (K5, weaker).
    fn possibly_suspended(&mut self) {
        let touched: Vec<_> = self
            .touched
            .iter()
            .map(|((session, store), touched)| (*session, store.clone(), *touched))
            .collect();
        for (session, store, touched) in touched {
            let label = self.stores.label(&self.stores.settled(&store));
            let listed = &self.listed[session].session;
            let over = self.coverage.gaps.iter().filter(|gap| {
                gap.kind == GapKind::Throttled && gap.store.eq_ignore_ascii_case(&label)
            });
            for gap in over {
                let (Some(from), Some(to)) = (gap.from, gap.to) else {
                    continue;
                };
                if from > listed.last || to < listed.first {
                    continue;
                }
                let mut row = blank(
                    &listed.id,
                    &listed.account,
                    touched.tie,
                    touched.first,
                    touched.place,
                );
                (row.first, row.last) = (from, to);
                row.reached = Reached::Container;
                row.caveats = vec![Caveat(5)];
                row.why = "logging of reads was or may have been suspended".to_owned();
                self.tally.add(Sighting {
                    session,
                    store: store.clone(),
                    key: ItemKey::Container(String::new(), "suspended"),
                    immutable: String::new(),
                    exposure: row,
                });
            }
        }
    }

    /// Mail that rules and forwarding copied while they were in place: presumed (K8).
    fn copied_by_rules(&mut self, puts: &[Put]) {
        for put in puts {
            let to = put.open.copies_mail_to();
            let Some(session) = self.numbers.get(put.open.session.as_str()).copied() else {
                continue;
            };
            if to.is_empty() {
                continue;
            }
            let open = &put.open;
            // What the record itself was tied by; the session's other ties are not its own.
            let tie = self
                .actions
                .iter()
                .find(|action| action.place == open.place)
                .map_or(Tie::Time, |action| action.tie);
            let mut row = blank(&open.session, &open.account, tie, open.since, open.place);
            row.reached = Reached::Container;
            row.caveats = vec![Caveat(8)];
            row.container = "mail that matched while it was in place".to_owned();
            row.last = put.removed.or(self.coverage.last).unwrap_or(open.since);
            row.last = row.last.max(open.since);
            let until = match put.removed {
                Some(at) => format!("until {at}"),
                None => "and is not on record as removed".to_owned(),
            };
            row.why = format!(
                "a rule or forwarding to {} was in place {until}",
                to.join(", ")
            );
            let store = match (open.store.is_empty(), open.kind) {
                (_, Kind::TransportRuleSet) => "all mailboxes".to_owned(),
                (true, _) => open.account.clone(),
                (false, _) => open.store.clone(),
            };
            self.tally.add(Sighting {
                session,
                store: StoreKey::Name(store),
                key: ItemKey::Container(open.id.clone(), "copied"),
                immutable: String::new(),
                exposure: row,
            });
        }
    }

    /// Gaps that the records of listed sessions open themselves.
    fn own_gaps(&self) -> Vec<(usize, Gap)> {
        let gaps = self.gaps.iter().map(|((session, kind, store), (from, to))| {
            let store = self.stores.label(&self.stores.settled(store));
            let listed = &self.listed[*session].session;
            let effect = match kind {
                GapKind::Synchronised => format!(
                    "Session {} synchronised containers of {store}: their items are not named and are presumed.",
                    listed.id
                ),
                _ => format!(
                    "Session {} has records about {store} that count more items than they name: those named are a lower bound.",
                    listed.id
                ),
            };
            let gap = Gap {
                stream: Some(Stream::ItemAccess),
                account: listed.account.clone(),
                store,
                from: Some(*from),
                to: Some(*to),
                effect,
                ..Gap::of(*kind)
            };
            (*session, gap.identified(&listed.id))
        });
        gaps.collect()
    }

    /// The gaps that lie over each listed session, its own included.
    fn unknowable(&self, own: &[(usize, Gap)]) -> BTreeMap<String, Vec<String>> {
        let mut unknowable = BTreeMap::new();
        for (number, listed) in self.listed.iter().enumerate() {
            let session = &listed.session;
            let mut ids: BTreeSet<String> = own
                .iter()
                .filter(|(session, _)| *session == number)
                .map(|(_, gap)| gap.id.clone())
                .collect();
            let mut stores: Vec<String> = session.stores.values.iter().cloned().collect();
            if stores.is_empty() {
                stores.push(session.account.clone());
            }
            for stream in ACCESS {
                for store in &stores {
                    let question = Question {
                        stream: *stream,
                        account: session.account.clone(),
                        store: store.clone(),
                        from: session.first,
                        to: session.last,
                        ..Question::default()
                    };
                    let over = self.coverage.gaps_over(&question);
                    let kinds = over.filter(|gap| hides_access(gap.kind));
                    ids.extend(kinds.map(|gap| gap.id.clone()));
                }
            }
            unknowable.insert(session.id.clone(), ids.into_iter().collect());
        }
        unknowable
    }
}

/// Whether a gap of this kind can hide what was reached.
fn hides_access(kind: GapKind) -> bool {
    !matches!(
        kind,
        GapKind::NoIds
            | GapKind::IssuanceUnknown
            | GapKind::Conflict
            | GapKind::UnknownFile
            | GapKind::NeverLogged
    )
}

/// The grade of named items, and why where it is capped.
fn cap(seen: Seen<'_, '_>) -> (Grade, &'static str) {
    let session = &seen.listed.session;
    if !seen.tie.bears_certain() {
        return (
            Grade::Presumed,
            "only an address or nearness in time ties the record to the session",
        );
    }
    if session.shared && session.key.sub.is_empty() {
        return (
            Grade::Presumed,
            "owner and intruder used the session, and it cannot be split",
        );
    }
    (Grade::Certain, "")
}

impl Seen<'_, '_> {
    /// A row of this record alone, with the caveats that its marks bring.
    fn blank(&self, caveats: &[u8]) -> Exposure {
        let session = &self.listed.session;
        let event = self.event;
        let mut row = blank(
            &session.id,
            &session.account,
            self.tie,
            event.at,
            event.place,
        );
        row.caveats = caveats.iter().map(|number| Caveat(*number)).collect();
        let marks = [
            (event.marks.relay, 13),
            (session.shared, 14),
            (event.marks.lossy, 17),
        ];
        row.caveats
            .extend(marks.iter().filter(|(on, _)| *on).map(|(_, n)| Caveat(*n)));
        row.caveats.sort();
        row.caveats.dedup();
        row
    }
}

fn reached(kind: ItemKind) -> Reached {
    match kind {
        ItemKind::Message => Reached::Message,
        ItemKind::Attachment => Reached::Attachment,
        ItemKind::File => Reached::File,
        ItemKind::Container => Reached::Container,
        ItemKind::Rows => Reached::Rows,
    }
}

fn later(moment: Moment, micros: i64) -> Moment {
    Moment {
        micros: moment.micros.saturating_add(micros),
        ..moment
    }
}
