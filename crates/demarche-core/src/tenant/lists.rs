//! Lists handed in as values: relays, anonymisers, publishers, scopes.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::vocab::address::Block;
use crate::vocab::place::Place;

/// What the judgement must be told by its caller, because no room after `source` knows vendors.
///
/// # Shape
/// Texts are compared in lower case. An empty list switches off what it feeds, and the test that
/// needed it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Version of these lists, printed beside what they decide.
    pub version: String,
    /// The provider's own relays, from the cards of the sources: they neither add nor subtract.
    pub relays: Vec<Block>,
    /// Anonymisers and hosting networks.
    pub anonymisers: Vec<Block>,
    /// Names of well known publishers and products that applications imitate.
    pub publishers: Vec<String>,
    /// Exact scope sets that known attack toolkits ask for.
    pub toolkits: Vec<Toolkit>,
    /// Scopes that reach content: mail, files, chats.
    pub content_scopes: Vec<String>,
    /// Scopes that every sign-in asks for; left out when scope sets are compared.
    pub plain_scopes: Vec<String>,
    /// Domains that are the organisation's own beside those of its accounts.
    pub own_domains: Vec<String>,
    /// Applications the provider itself publishes: a consent to one is no new application.
    pub own_applications: Vec<String>,
    /// Addresses that somebody holds to be intruders', with what is said of each.
    pub threats: Vec<(Block, String)>,
    /// The public rules that were run over the records.
    pub rules: Vec<Rule>,
    /// Places in `rules` of those that fired, by record.
    pub hits: BTreeMap<Place, Vec<u32>>,
}

/// One public rule, and how often it fired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Its title.
    pub title: String,
    /// Its id; empty where it has none.
    pub id: String,
    /// The level its author gives it; empty where none.
    pub level: String,
    /// Whether its author holds it to be a notice, hardly ever an incident.
    pub notice: bool,
    /// ATT&CK technique ids that it names.
    pub techniques: Vec<String>,
    /// Records that it fired on.
    pub n_hits: u64,
    /// Records of the logs that it is about.
    pub n_records: u64,
}

impl Rule {
    /// From how many records on, and on which share of them, a rule that fires tells nothing:
    /// on every second of few, on one in twenty of many.
    const COMMON: [(u64, u64); 2] = [(10, 2), (200, 20)];

    /// Whether it fires on ordinary work: on so many records that it tells nothing.
    pub fn is_common(&self) -> bool {
        let mut bounds = Rule::COMMON.iter();
        bounds.any(|(least, share)| {
            self.n_records >= *least && self.n_hits.saturating_mul(*share) >= self.n_records
        })
    }

    /// Its level in a word.
    pub fn level_word(&self) -> &str {
        if self.level.is_empty() {
            "not stated"
        } else {
            &self.level
        }
    }

    /// What identifies it, in words.
    pub fn told(&self) -> String {
        let mut parts = Vec::new();
        if !self.id.is_empty() {
            parts.push(format!("id {}", self.id));
        }
        parts.push(format!("level {}", self.level_word()));
        parts.extend(self.techniques.iter().cloned());
        parts.join(", ")
    }
}

/// One known toolkit and the scope set its applications ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toolkit {
    /// Its name.
    pub name: String,
    /// Its scopes, without the plain ones.
    pub scopes: Vec<String>,
}

impl Lists {
    /// Whether an address is a relay of the provider.
    pub fn is_relay(&self, host: IpAddr) -> bool {
        self.relays.iter().any(|block| block.holds(host))
    }

    /// Whether an address lies in a listed anonymiser or hosting network.
    pub fn is_anonymiser(&self, host: IpAddr) -> bool {
        self.anonymisers.iter().any(|block| block.holds(host))
    }

    /// Whether a public rule fired on a record, or a list names its address.
    pub fn names(&self, place: Place, host: Option<IpAddr>) -> bool {
        let hit = !self.hits.is_empty() && self.hits.contains_key(&place);
        hit || !self.threats.is_empty() && host.is_some_and(|host| self.threat(host).is_some())
    }

    /// What a list says of an address; `None` where no list names it.
    pub fn threat(&self, host: IpAddr) -> Option<&str> {
        let found = self.threats.iter().find(|(block, _)| block.holds(host));
        found.map(|(_, said)| said.as_str())
    }

    /// Whether a scope reaches content.
    pub fn reaches_content(&self, scope: &str) -> bool {
        let scope = scope.trim();
        self.content_scopes
            .iter()
            .any(|content| content.eq_ignore_ascii_case(scope))
    }
}
