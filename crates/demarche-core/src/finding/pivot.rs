//! One hop from hostile sessions: what they used, looked up in the whole tenant.

use std::collections::{BTreeMap, BTreeSet};
// tidy: allow thread: a pivot is looked up by reference; nothing here starts or waits for anybody
use std::sync::{Mutex, PoisonError};

use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::finding::account::Judged;
use crate::finding::consent::introduced;
use crate::finding::finding::{Finding, Judgement, Row, Sign};
use crate::finding::setting::detail;
use crate::session::session::Session;
use crate::tenant::facts::Facts;
use crate::tenant::span::key_of;
use crate::vocab::address::Network;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;

/// The basis of a judgement that passed one hop.
pub const BASIS: &str = "pivot";

/// What the hostile sessions of the first pass used.
///
/// Habitual ways out and the provider's addresses do not pivot; what was raised by a pivot does
/// not pivot again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pivot {
    hostile: BTreeSet<String>,
    tokens: BTreeMap<String, String>,
    session_ids: BTreeMap<String, String>,
    applications: BTreeMap<String, String>,
    networks: BTreeMap<Network, String>,
    agents: BTreeMap<String, String>,
    /// Application -> when a hostile session first consented to it or added a secret to it, and
    /// which.
    hands: BTreeMap<String, (Moment, String)>,
    /// Applications that the organisation introduced (row 7).
    introduced: BTreeSet<String>,
    /// Network -> accounts with rows 6 or 7 from it (row 11).
    marked: BTreeMap<Network, BTreeSet<String>>,
    /// Networks of hostile row 2 sessions (row 11).
    sprayed: BTreeSet<Network>,
    /// Addresses that a right password of row 2 came from, habitual or not: printed, no sign.
    sprayed_from: BTreeMap<String, String>,
    asked: Asked,
}

/// What was looked up in an empty pivot, by hash: whoever finds none of it in a full one would
/// be judged by it as before.
#[derive(Debug, Default)]
// tidy: allow thread: see above; each judging has a pivot of its own
struct Asked(Option<Mutex<Vec<u32>>>);

impl Clone for Asked {
    fn clone(&self) -> Asked {
        Asked::default()
    }
}

/// What was asked is no part of what a pivot knows.
impl PartialEq for Asked {
    fn eq(&self, _: &Asked) -> bool {
        true
    }
}

impl Eq for Asked {}

impl Asked {
    fn note(&self, what: &str, value: &str) {
        if let Some(asked) = &self.0 {
            let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.push(question(what, value));
        }
    }
}

const HOSTILE: &str = "hostile";
const TOKEN: &str = "token";
const HANDS: &str = "hands";
const INTRODUCED: &str = "introduced";
const MARKED: &str = "marked";
const SPRAYED: &str = "sprayed";
const SPRAYED_FROM: &str = "sprayed from";

/// A lookup by hash; two that fall together cost a second judging and change nothing.
fn question(what: &str, value: &str) -> u32 {
    (key_of(what) ^ key_of(value).rotate_left(1)) as u32
}

/// Something of a hostile session seen in another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlsoSeen {
    /// The account it was seen in.
    pub account: String,
    /// The session it was seen in.
    pub session: String,
    /// `token`, `session`, `app`, `network` or `client`.
    pub what: &'static str,
    /// Its value.
    pub value: String,
    /// The hostile session it is known from.
    pub from: String,
}

fn keep(map: &mut BTreeMap<String, String>, key: &str, session: &str) {
    if key.is_empty() {
        return;
    }
    let known = map
        .entry(key.to_owned())
        .or_insert_with(|| session.to_owned());
    if session < known.as_str() {
        session.clone_into(known);
    }
}

impl Pivot {
    /// An empty pivot that remembers what is looked up in it.
    pub fn listening() -> Pivot {
        Pivot {
            asked: Asked(Some(Default::default())),
            ..Pivot::default()
        }
    }

    /// What was looked up in a pivot that listened, by hash, in order.
    pub fn asked(self) -> Vec<u32> {
        let asked = self.asked.0.unwrap_or_default();
        let mut asked = asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        asked.sort_unstable();
        asked.dedup();
        asked
    }

    /// Every lookup that this pivot answers otherwise than an empty one, by hash.
    ///
    /// Judging is a function of its arguments: an account of which no lookup is among these is
    /// judged by this pivot as by an empty one, and need not be judged again.
    pub fn answers(&self) -> BTreeSet<u32> {
        let texts = [
            (HOSTILE, self.hostile.iter().collect::<Vec<_>>()),
            (TOKEN, self.tokens.keys().collect()),
            (HANDS, self.hands.keys().collect()),
            (INTRODUCED, self.introduced.iter().collect()),
            (SPRAYED_FROM, self.sprayed_from.keys().collect()),
        ];
        let networks = [
            (MARKED, self.marked.keys().collect::<Vec<_>>()),
            (SPRAYED, self.sprayed.iter().collect()),
        ];
        let of_texts = texts
            .iter()
            .flat_map(|(what, keys)| keys.iter().map(|key| question(what, key)));
        let of_networks = networks.iter().flat_map(|(what, keys)| {
            keys.iter()
                .map(|network| question(what, &network.to_string()))
        });
        of_texts.chain(of_networks).collect()
    }

    /// Notes the sessions of one account; the order of accounts does not matter.
    pub fn note(&mut self, sessions: &[Session], judged: &[Judged], facts: &Facts) {
        for (session, judged) in sessions.iter().zip(judged) {
            self.note_rows(session, judged, facts);
            let direct = judged.judgement.basis != BASIS;
            if judged.judgement.verdict == Verdict::Hostile && direct {
                self.note_hostile(session, facts);
            }
        }
    }

    fn note_rows(&mut self, session: &Session, judged: &Judged, facts: &Facts) {
        let marks = |row: Row| matches!(row, Row(6) | Row(7));
        let routine = |f: &Finding| f.has(Sign::Routine);
        let marked = judged
            .findings
            .iter()
            .any(|f| f.holds() && marks(f.row) && !routine(f));
        if judged.judgement.verdict == Verdict::Ordinary {
            let ids = judged.findings.iter().filter_map(introduced);
            self.introduced.extend(ids.map(str::to_lowercase));
        }
        let sprayed = judged
            .findings
            .iter()
            .any(|f| f.holds() && f.row == Row(2) && f.alone == Verdict::Hostile);
        for address in session.addresses.values.iter().filter(|_| sprayed) {
            keep(&mut self.sprayed_from, address, &session.id);
        }
        for network in &session.networks {
            if facts.is_habitual_egress(*network) {
                continue;
            }
            if marked {
                let accounts = self.marked.entry(*network).or_default();
                accounts.insert(session.account.clone());
            }
            if sprayed {
                self.sprayed.insert(*network);
            }
        }
    }

    fn note_hostile(&mut self, session: &Session, facts: &Facts) {
        let id = session.id.as_str();
        self.hostile.insert(id.to_owned());
        for token in &session.tokens.values {
            keep(&mut self.tokens, token, id);
        }
        for session_id in &session.session_ids.values {
            keep(&mut self.session_ids, session_id, id);
        }
        for pair in &session.applications.values {
            keep(&mut self.applications, pair, id);
        }
        for agent in &session.agents.values {
            keep(&mut self.agents, agent, id);
        }
        for network in &session.networks {
            if facts.is_habitual_egress(*network) {
                continue;
            }
            let known = self
                .networks
                .entry(*network)
                .or_insert_with(|| id.to_owned());
            if id < known.as_str() {
                id.clone_into(known);
            }
        }
        for act in &session.acts {
            let makes = matches!(
                act.kind,
                Kind::Consented | Kind::PermissionGranted | Kind::SecretAdded
            );
            if makes && act.outcome != Outcome::Failed && act.tie.bears_certain() {
                let app = detail(act, words::APP_ID);
                let app = if app.is_empty() {
                    act.object.trim()
                } else {
                    app
                };
                self.note_hands(&app.to_lowercase(), (act.at, id.to_owned()));
            }
        }
    }

    fn note_hands(&mut self, application: &str, hands: (Moment, String)) {
        if application.is_empty() {
            return;
        }
        let known = self.hands.entry(application.to_owned());
        let known = known.or_insert_with(|| hands.clone());
        if hands < *known {
            *known = hands;
        }
    }

    /// Takes in what another pivot noted of other accounts.
    pub fn merge(&mut self, other: Pivot) {
        self.hostile.extend(other.hostile);
        self.sprayed.extend(other.sprayed);
        self.introduced.extend(other.introduced);
        let maps = [
            (&mut self.tokens, other.tokens),
            (&mut self.session_ids, other.session_ids),
            (&mut self.applications, other.applications),
            (&mut self.agents, other.agents),
            (&mut self.sprayed_from, other.sprayed_from),
        ];
        for (mine, theirs) in maps {
            for (key, session) in theirs {
                keep(mine, &key, &session);
            }
        }
        for (application, hands) in other.hands {
            self.note_hands(&application, hands);
        }
        for (network, session) in other.networks {
            let known = self
                .networks
                .entry(network)
                .or_insert_with(|| session.clone());
            if session < *known {
                *known = session;
            }
        }
        for (network, accounts) in other.marked {
            self.marked.entry(network).or_default().extend(accounts);
        }
    }

    /// Whether a second pass would say the same: nothing was hostile, no application was introduced,
    /// and no network has rows 6 or 7 in several accounts (row 11).
    pub fn changes_nothing(&self) -> bool {
        self.hostile.is_empty()
            && self.introduced.is_empty()
            && self.marked.values().all(|accounts| accounts.len() < 2)
    }

    /// Whether a session was hostile in the first pass, of itself.
    pub fn is_hostile(&self, session: &str) -> bool {
        self.asked.note(HOSTILE, session);
        self.hostile.contains(session)
    }

    /// The hostile session that let an application in or gave it a secret, up to a moment: what
    /// the application did before is not the intruder's.
    pub fn hands_of(&self, application: &str, until: Moment) -> Option<&str> {
        let application = application.to_lowercase();
        self.asked.note(HANDS, &application);
        let (at, session) = self.hands.get(&application)?;
        (*at <= until).then_some(session)
    }

    /// Whether the organisation introduced an application: its use is no sign of row 7.
    pub fn is_introduced(&self, application: &str) -> bool {
        let application = application.to_lowercase();
        self.asked.note(INTRODUCED, &application);
        self.introduced.contains(&application)
    }

    /// Accounts with rows 6 or 7 from a network that is no habitual way out.
    pub fn n_accounts_marked(&self, network: Network) -> usize {
        self.asked.note(MARKED, &network.to_string());
        self.marked.get(&network).map_or(0, BTreeSet::len)
    }

    /// Whether a spray succeeded from a network.
    pub fn is_sprayed(&self, network: Network) -> bool {
        self.asked.note(SPRAYED, &network.to_string());
        self.sprayed.contains(&network)
    }

    /// The session of row 2 whose right password came from an address that this session used too:
    /// for a person to weigh, since with another client it ties nothing (row 2).
    pub fn sprayed_from(&self, session: &Session) -> Option<(&str, &str)> {
        let mut addresses = session.addresses.values.iter();
        addresses.find_map(|address| {
            self.asked.note(SPRAYED_FROM, address);
            let (address, from) = self.sprayed_from.get_key_value(address)?;
            (*from != session.id).then_some((address.as_str(), from.as_str()))
        })
    }

    /// The one hop by token id: the same token in another session is the same hands.
    pub fn raise(&self, session: &Session) -> Option<Judgement> {
        if self.is_hostile(&session.id) {
            return None;
        }
        let (token, from) = session.tokens.values.iter().find_map(|token| {
            self.asked.note(TOKEN, token);
            Some((token, self.tokens.get(token)?))
        })?;
        Some(Judgement {
            verdict: Verdict::Hostile,
            row: Row(3),
            basis: BASIS.to_owned(),
            reason: format!("the same token id {token} as hostile session {from}"),
        })
    }

    /// What of hostile sessions was also seen in this one. Changes no verdict.
    pub fn also_seen(&self, session: &Session) -> Vec<AlsoSeen> {
        let mut seen = Vec::new();
        if self.is_hostile(&session.id) {
            return seen;
        }
        let mut add = |what: &'static str, value: &str, from: Option<&String>| {
            if let Some(from) = from {
                seen.push(AlsoSeen {
                    account: session.account.clone(),
                    session: session.id.clone(),
                    what,
                    value: value.to_owned(),
                    from: from.clone(),
                });
            }
        };
        for token in &session.tokens.values {
            add("token", token, self.tokens.get(token));
        }
        for id in &session.session_ids.values {
            add("session", id, self.session_ids.get(id));
        }
        for pair in &session.applications.values {
            add("app", pair, self.applications.get(pair));
        }
        for network in &session.networks {
            add("network", &network.to_string(), self.networks.get(network));
        }
        for agent in &session.agents.values {
            add("client", agent, self.agents.get(agent));
        }
        seen.sort();
        seen
    }
}
