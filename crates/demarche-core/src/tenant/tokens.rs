//! Tokens on record as issued, and tokens shown to servers that saw their peer.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::tenant::identity::IdentityMap;
use crate::tenant::origin::{From, unrelated};
use crate::tenant::span::key_of;
use crate::vocab::address::Network;
use crate::vocab::card::Stream;
use crate::vocab::moment::{DAY, HOUR, Moment};

/// The most networks kept of one token.
const NETWORKS_MOST: usize = 8;

/// A token on record as issued.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Issue {
    by: BTreeSet<u64>,
    networks: BTreeSet<Network>,
}

/// A token as it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Show {
    first: Moment,
    last: Moment,
    by: BTreeSet<u64>,
    networks: BTreeSet<Network>,
}

/// What is learned of tokens while events pass, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokensLearned {
    issued: BTreeMap<u64, Issue>,
    shown: BTreeMap<u64, Show>,
}

fn add(networks: &mut BTreeSet<Network>, network: Option<Network>) {
    networks.extend(network);
    while networks.len() > NETWORKS_MOST {
        networks.pop_last();
    }
}

impl TokensLearned {
    /// Learns one event of the account whose identifiers have this hash.
    ///
    /// # Gaps
    /// Only a server that saw its peer shows who held a token; records of a provider about its
    /// own services do not, and are left to [`crate::tenant::issuance`].
    pub fn learn(&mut self, event: &Event<'_>, by: u64, from: &From) {
        if event.ties.token.is_empty() || !event.marks.peer {
            return;
        }
        let token = key_of(&event.ties.token);
        let worked = matches!(event.outcome, Outcome::Succeeded | Outcome::Unknown);
        if event.kind == Kind::TokenIssued && event.stream == Stream::Issuance {
            if worked {
                let issue = self.issued.entry(token).or_default();
                issue.by.insert(by);
                add(&mut issue.networks, from.network());
            }
            return;
        }
        if !worked || !event.at.is_stated() {
            return;
        }
        let show = self.shown.entry(token).or_insert_with(|| Show {
            first: event.at,
            last: event.at,
            by: BTreeSet::new(),
            networks: BTreeSet::new(),
        });
        show.first = show.first.min(event.at);
        show.last = show.last.max(event.at);
        show.by.insert(by);
        add(&mut show.networks, from.network());
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: TokensLearned) {
        for (token, theirs) in other.issued {
            let mine = self.issued.entry(token).or_default();
            mine.by.extend(theirs.by);
            mine.networks.extend(theirs.networks);
            add(&mut mine.networks, None);
        }
        for (token, theirs) in other.shown {
            match self.shown.get_mut(&token) {
                Some(mine) => {
                    mine.first = mine.first.min(theirs.first);
                    mine.last = mine.last.max(theirs.last);
                    mine.by.extend(theirs.by);
                    mine.networks.extend(theirs.networks);
                    add(&mut mine.networks, None);
                }
                None => {
                    self.shown.insert(token, theirs);
                }
            }
        }
    }

    /// Closes: accounts take the place of identifiers.
    pub(crate) fn close(self, identities: &IdentityMap) -> Tokens {
        let number = |by: &BTreeSet<u64>| {
            by.iter()
                .find_map(|hash| identities.number_of_hash(*hash))
                .unwrap_or(u32::MAX)
        };
        let mut home: BTreeMap<u32, BTreeMap<Network, BTreeSet<u64>>> = BTreeMap::new();
        for (token, issue) in &self.issued {
            let shown = self.shown.get(token);
            let networks = shown.into_iter().flat_map(|show| &show.networks);
            let account = home.entry(number(&issue.by)).or_default();
            for network in networks.chain(&issue.networks) {
                let tokens = account.entry(*network).or_default();
                // Two are enough to find one that is not the token asked about.
                if tokens.len() < HOME_TOKENS_MOST {
                    tokens.insert(*token);
                }
            }
        }
        let mut shown: Vec<Shown> = self
            .shown
            .into_iter()
            .map(|(token, show)| Shown {
                token,
                first: show.first,
                last: show.last,
                account: number(&show.by),
                networks: show.networks,
                issued: self.issued.contains_key(&token),
            })
            .collect();
        shown.sort_by_key(|show| (show.first, show.token));
        let issued = self
            .issued
            .into_iter()
            .map(|(token, issue)| (token, issue.networks));
        Tokens {
            issued: issued.collect(),
            shown,
            home,
        }
    }
}

/// Issued tokens remembered for one network of one account.
const HOME_TOKENS_MOST: usize = 8;

/// One token as it was shown, with what the issuers' logs make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Hash of the token id.
    pub token: u64,
    /// First time.
    pub first: Moment,
    /// Last time.
    pub last: Moment,
    /// Number of the account; the largest number where it names nobody.
    pub account: u32,
    /// Networks it was shown from.
    pub networks: BTreeSet<Network>,
    /// Whether it is on record as issued.
    pub issued: bool,
}

/// The closed table of tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    issued: BTreeMap<u64, BTreeSet<Network>>,
    /// In order of first use.
    shown: Vec<Shown>,
    home: BTreeMap<u32, BTreeMap<Network, BTreeSet<u64>>>,
}

/// What the other tokens of some hours show of the issuers' logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Control {
    /// The hours looked at.
    pub from: Moment,
    /// Their end.
    pub to: Moment,
    /// Other tokens on record as issued.
    pub n_found: u64,
    /// Others that are not, though shown from networks where their accounts are at home, or by
    /// accounts of which no token at all is on record as issued: records that are missing.
    pub n_missing: u64,
    /// The accounts of those.
    pub accounts_missing: BTreeSet<u32>,
    /// Others that are not, shown from networks where their accounts are not at home: asked
    /// about themselves, no control.
    pub n_alike: u64,
}

impl Tokens {
    /// Whether a token is on record as issued.
    pub fn is_issued(&self, token: &str) -> bool {
        self.issued.contains_key(&key_of(token))
    }

    /// The networks a token is on record as issued to.
    pub fn issued_to(&self, token: &str) -> impl Iterator<Item = Network> + Clone {
        self.issued
            .get(&key_of(token))
            .into_iter()
            .flatten()
            .copied()
    }

    /// Tokens shown, in order of first use.
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// Whether other tokens of the account are on record as issued.
    pub fn is_served(&self, account: u32, but: &[u64]) -> bool {
        let networks = self.home.get(&account);
        networks
            .into_iter()
            .flat_map(BTreeMap::values)
            .flatten()
            .any(|token| !but.contains(token))
    }

    /// Whether other issued tokens of the account were issued to, or used from, this network or
    /// one that cannot be told from it.
    pub fn is_home(&self, account: u32, network: Network, but: &[u64]) -> bool {
        let networks = self.home.get(&account).into_iter().flatten();
        networks
            .filter(|(known, _)| !unrelated((**known, 0), (network, 0)))
            .flat_map(|(_, tokens)| tokens)
            .any(|token| !but.contains(token))
    }

    /// The other tokens of the hours around a first use: of the life a token may have, widened
    /// until `least` others are found, at most to a week on either side.
    pub fn control(&self, first: Moment, life_micros: i64, but: &[u64], least: u64) -> Control {
        let mut reach = life_micros.max(HOUR);
        loop {
            let control = self.control_within(first, reach, but);
            if control.n_found >= least || control.n_missing > 0 || reach >= WEEK_MICROS {
                return control;
            }
            reach = reach.saturating_mul(2).min(WEEK_MICROS);
        }
    }

    fn control_within(&self, first: Moment, reach: i64, but: &[u64]) -> Control {
        let moment = |micros| Moment { micros, ..first };
        let mut control = Control {
            from: moment(first.micros.saturating_sub(reach)),
            to: moment(first.micros.saturating_add(reach)),
            ..Control::default()
        };
        let begin = self
            .shown
            .partition_point(|show| show.first.micros < control.from.micros);
        for show in &self.shown[begin..] {
            if show.first.micros > control.to.micros {
                break;
            }
            if but.contains(&show.token) {
                continue;
            }
            if show.issued {
                control.n_found += 1;
            } else if self.is_away(show) {
                control.n_alike += 1;
            } else {
                control.n_missing += 1;
                control.accounts_missing.insert(show.account);
            }
        }
        control
    }

    /// Whether a token was shown only from networks where its account, which has issued tokens,
    /// is not at home.
    pub fn is_away(&self, show: &Shown) -> bool {
        let but = [show.token];
        self.is_served(show.account, &but)
            && !show.networks.is_empty()
            && !show
                .networks
                .iter()
                .any(|network| self.is_home(show.account, *network, &but))
    }
}

/// How far the hours of a control may be widened.
const WEEK_MICROS: i64 = 7 * DAY;
