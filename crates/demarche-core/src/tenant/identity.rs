//! The identity map: which identifiers name one account (semantics §1.13).

use std::collections::{BTreeMap, BTreeSet};

use crate::event::event::{Identity, names_somebody};
use crate::tenant::span::{key_of, key_of_all};
use crate::vocab::moment::Moment;

/// Identifiers seen together in one record, as delivered in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Together {
    key: String,
    name: String,
    object: String,
    legacy: String,
    sid: String,
}

/// What is learned of identifiers while events pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identities {
    seen: BTreeMap<u64, (Together, Moment)>,
}

/// The closed map from identifiers to accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityMap {
    /// Account names, sorted; an account's number is its place here.
    accounts: Vec<String>,
    /// Hash of identifiers as delivered -> number of the account.
    numbers: BTreeMap<u64, u32>,
    /// Identity key as delivered -> numbers of the accounts it may be.
    keys: BTreeMap<String, BTreeSet<u32>>,
    /// Names that two object ids share: each is its own account.
    shared_names: BTreeSet<String>,
}

/// The hash under which identifiers are kept while learning.
pub fn hash_of(identity: &Identity<'_>) -> u64 {
    key_of_all(&[
        &identity.name,
        &identity.object,
        &identity.legacy,
        &identity.sid,
    ])
}

fn id(text: &str) -> String {
    let text = text.trim();
    let zero = text.chars().all(|c| c == '0' || c == '-');
    if names_somebody(text) && !zero {
        text.to_lowercase()
    } else {
        String::new()
    }
}

/// A security identifier, unless it is one of the well known ones that many share.
fn sid(text: &str) -> String {
    let text = id(text);
    if text.starts_with("s-1-5-21-") || text.len() > 40 {
        text
    } else {
        String::new()
    }
}

impl Identities {
    /// Learns one set of identifiers and returns their hash.
    pub fn learn(&mut self, identity: &Identity<'_>, at: Moment) -> u64 {
        let hash = hash_of(identity);
        let entry = self.seen.entry(hash).or_insert_with(|| {
            let together = Together {
                key: identity.key(),
                name: id(&identity.name),
                object: id(&identity.object),
                legacy: id(&identity.legacy),
                sid: sid(&identity.sid),
            };
            (together, at)
        });
        entry.1 = entry.1.max(at);
        hash
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: Identities) {
        for (hash, (together, at)) in other.seen {
            let mine = self.seen.entry(hash).or_insert((together, at));
            mine.1 = mine.1.max(at);
        }
    }

    /// Closes the map: unites by object id, older id and security identifier.
    pub fn close(self) -> IdentityMap {
        let shared_names = self.names_of_several();
        let mut join = Join::default();
        for (together, _) in self.seen.values() {
            let nodes = nodes_of(together, &shared_names);
            for pair in nodes.windows(2) {
                join.unite(&pair[0], &pair[1]);
            }
        }
        let mut named: BTreeMap<String, String> = BTreeMap::new();
        let mut latest: BTreeMap<String, (Moment, String)> = BTreeMap::new();
        for (together, at) in self.seen.values() {
            let Some(root) = root_of(&mut join, together, &shared_names) else {
                continue;
            };
            let label = label_of(together, &shared_names);
            let rank = |label: &str| !label.contains('@');
            let newest = latest.entry(root).or_insert((*at, label.clone()));
            if (rank(&label), std::cmp::Reverse(*at), &label)
                < (rank(&newest.1), std::cmp::Reverse(newest.0), &newest.1)
            {
                *newest = (*at, label);
            }
        }
        for (root, (_, label)) in latest {
            named.insert(root, label);
        }
        self.numbered(&mut join, &named, shared_names)
    }

    fn numbered(
        self,
        join: &mut Join,
        named: &BTreeMap<String, String>,
        shared_names: BTreeSet<String>,
    ) -> IdentityMap {
        let mut labels: BTreeSet<String> = named.values().cloned().collect();
        labels.insert(String::new());
        let accounts: Vec<String> = labels.into_iter().collect();
        let mut map = IdentityMap {
            accounts,
            shared_names,
            ..IdentityMap::default()
        };
        for (hash, (together, _)) in self.seen {
            let label = root_of(join, &together, &map.shared_names)
                .and_then(|root| named.get(&root).cloned())
                .unwrap_or_default();
            let number = map.number_of_label(&label);
            map.numbers.insert(hash, number);
            map.keys.entry(together.key).or_default().insert(number);
        }
        map
    }

    /// Names seen with two object ids: one name, two accounts.
    fn names_of_several(&self) -> BTreeSet<String> {
        let mut objects: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (together, _) in self.seen.values() {
            if !together.name.is_empty() && !together.object.is_empty() {
                objects
                    .entry(&together.name)
                    .or_default()
                    .insert(&together.object);
            }
        }
        objects
            .into_iter()
            .filter(|(_, objects)| objects.len() > 1)
            .map(|(name, _)| name.to_owned())
            .collect()
    }
}

/// The identifiers of one record as nodes that may be united; a name shared by two object ids
/// unites nothing.
fn nodes_of(together: &Together, shared_names: &BTreeSet<String>) -> Vec<String> {
    let mut nodes = Vec::with_capacity(4);
    let fields = [
        ("object:", &together.object),
        ("legacy:", &together.legacy),
        ("sid:", &together.sid),
    ];
    for (prefix, value) in fields {
        if !value.is_empty() {
            nodes.push(format!("{prefix}{value}"));
        }
    }
    let shared = shared_names.contains(&together.name) && !nodes.is_empty();
    if !together.name.is_empty() && !shared {
        nodes.push(format!("name:{}", together.name));
    }
    nodes
}

fn root_of(
    join: &mut Join,
    together: &Together,
    shared_names: &BTreeSet<String>,
) -> Option<String> {
    let nodes = nodes_of(together, shared_names);
    nodes.first().map(|node| join.root(node))
}

/// What an account is called: the name, unless two accounts share it; else the most stable id.
fn label_of(together: &Together, shared_names: &BTreeSet<String>) -> String {
    let shared = shared_names.contains(&together.name);
    if !together.name.is_empty() && (!shared || together.object.is_empty()) {
        return together.name.clone();
    }
    let ids = [
        ("object:", &together.object),
        ("legacy:", &together.legacy),
        ("sid:", &together.sid),
    ];
    ids.iter()
        .find(|(_, id)| !id.is_empty())
        .map(|(prefix, id)| format!("{prefix}{id}"))
        .unwrap_or_default()
}

/// Sets that are united, each by its smallest member: the result does not depend on order.
#[derive(Debug, Default)]
struct Join {
    parents: BTreeMap<String, String>,
}

impl Join {
    fn root(&mut self, node: &str) -> String {
        let mut at = node.to_owned();
        while let Some(parent) = self.parents.get(&at) {
            at.clone_from(parent);
        }
        if at != node {
            self.parents.insert(node.to_owned(), at.clone());
        }
        at
    }

    fn unite(&mut self, one: &str, other: &str) {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return;
        }
        let (small, large) = if one < other {
            (one, other)
        } else {
            (other, one)
        };
        self.parents.insert(large, small);
    }
}

impl IdentityMap {
    fn number_of_label(&self, label: &str) -> u32 {
        let place = self
            .accounts
            .binary_search_by(|account| account.as_str().cmp(label))
            .unwrap_or(0);
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// Names of all accounts, sorted. The empty name stands for events that name nobody.
    pub fn accounts(&self) -> &[String] {
        &self.accounts
    }

    /// The name of an account.
    pub fn account(&self, number: u32) -> &str {
        self.accounts
            .get(number as usize)
            .map_or("", String::as_str)
    }

    /// The account of identifiers that were learned; `None` for others.
    pub fn number(&self, identity: &Identity<'_>) -> Option<u32> {
        self.numbers.get(&hash_of(identity)).copied()
    }

    /// The account of a hash that learning returned.
    pub fn number_of_hash(&self, hash: u64) -> Option<u32> {
        self.numbers.get(&hash).copied()
    }

    /// The number of an account's name.
    pub fn number_of(&self, account: &str) -> Option<u32> {
        let place = self
            .accounts
            .binary_search_by(|name| name.as_str().cmp(account))
            .ok()?;
        u32::try_from(place).ok()
    }

    /// Identity keys as delivered and the accounts each may be.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &BTreeSet<u32>)> {
        self.keys.iter().map(|(key, of)| (key.as_str(), of))
    }

    /// The account an identity key as delivered names, where it can be only one.
    pub fn account_of_key(&self, key: &str) -> Option<&str> {
        let numbers = self.keys.get(key)?;
        match numbers.len() {
            1 => numbers.first().map(|number| self.account(*number)),
            _ => None,
        }
    }

    /// Hash of an account's name, as tables keep it.
    pub fn account_hash(account: &str) -> u64 {
        key_of(account)
    }
}
