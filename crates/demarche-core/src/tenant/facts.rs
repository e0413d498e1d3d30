//! The closed facts of a tenant, and the questions judgement asks of them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::event::event::Identity;
use crate::tenant::application::{Application, Applications};
use crate::tenant::identity::IdentityMap;
use crate::tenant::issuance::{Issued, LeftOut};
use crate::tenant::learner::Learner;
use crate::tenant::lists::Lists;
use crate::tenant::origin::Origin;
use crate::tenant::password::Passwords;
use crate::tenant::row_use;
use crate::tenant::span::{Span, key_of};
use crate::tenant::tokens::Tokens;
use crate::tenant::usage::{AccountUse, OriginUse, PairUse};
use crate::vocab::address::Network;
use crate::vocab::moment::{DAY, Moment};

/// How long a baseline is, as printed beside what it decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Whole days from the first event on record to the moment asked about; 0 with none.
    pub days: i64,
    /// Days with events among them.
    pub days_active: usize,
}

impl Baseline {
    /// Days a baseline must have to make hostile (design.md, "Verdicts").
    pub const DAYS_LEAST: i64 = 14;
    /// Days with events it must have beside: two visits in a year are no habit.
    pub const DAYS_ACTIVE_LEAST: usize = 3;

    /// Whether it may make a session hostile.
    pub fn suffices(self) -> bool {
        self.days >= Baseline::DAYS_LEAST && self.days_active >= Baseline::DAYS_ACTIVE_LEAST
    }
}

impl std::fmt::Display for Baseline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "baseline of {} days, {} of them with events",
            self.days, self.days_active
        )
    }
}

/// What is known of a tenant before judging. Closed: nothing is learned after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    lists: Lists,
    identities: IdentityMap,
    accounts: Vec<AccountUse>,
    origins: BTreeMap<Origin, OriginUse>,
    n_accounts_of: BTreeMap<Origin, usize>,
    countries: BTreeMap<u64, Span>,
    pairs: BTreeMap<u64, PairUse>,
    /// Calling application of pairs -> first use.
    callers: BTreeMap<String, Moment>,
    stores: BTreeMap<u64, Span>,
    applications: Applications,
    passwords: Passwords,
    issued: Issued,
    tokens: Tokens,
    span: Span,
    /// Items per account and day with any, sorted: what peers do.
    items_per_day: Vec<u64>,
    /// What nine in ten sessions of each account that was returned rows do not exceed, sorted.
    rows_of_accounts: Vec<u64>,
}

/// The share of an account's sessions that are its habit, as peers are compared with.
const HABIT_HUNDREDTHS: usize = 90;

/// A network counts as habitual egress when at least this many accounts …
const EGRESS_ACCOUNTS_LEAST: usize = 3;
/// … used it on at least this many days.
const EGRESS_DAYS_LEAST: usize = 10;

impl Facts {
    pub(crate) fn close(learner: Learner, lists: Lists) -> Facts {
        let identities = learner.identities.close();
        let mut accounts = vec![AccountUse::default(); identities.accounts().len()];
        for (hash, usage) in learner.accounts {
            let number = identities.number_of_hash(hash).unwrap_or(0);
            if let Some(mine) = accounts.get_mut(number as usize) {
                mine.merge(usage);
            }
        }
        let n_accounts_of = learner
            .origins
            .iter()
            .map(|(origin, usage)| (*origin, distinct(&identities, usage)))
            .collect();
        let mut items_per_day: Vec<u64> = accounts
            .iter()
            .flat_map(|usage| usage.items.values().copied())
            .collect();
        items_per_day.sort_unstable();
        accounts.iter_mut().for_each(|usage| usage.rows.close());
        let with_rows = accounts.iter().filter(|usage| usage.rows.n_sessions() > 0);
        let mut rows_of_accounts: Vec<u64> = with_rows
            .map(|usage| usage.rows.rows_at(HABIT_HUNDREDTHS))
            .collect();
        rows_of_accounts.sort_unstable();
        let (mut applications, mut issued) = (learner.applications, learner.issued);
        applications.close();
        issued.close();
        let callers = callers_of(&learner.pairs);
        Facts {
            callers,
            lists,
            accounts,
            origins: learner.origins,
            n_accounts_of,
            countries: learner.countries,
            pairs: learner.pairs,
            stores: learner.stores,
            applications,
            passwords: learner.passwords,
            issued,
            tokens: learner.tokens.close(&identities),
            identities,
            span: learner.span,
            items_per_day,
            rows_of_accounts,
        }
    }

    /// The lists the facts were learned with.
    pub fn lists(&self) -> &Lists {
        &self.lists
    }

    /// First and last event of all, and the days with events.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Accounts by name, each with the identity keys (as delivered) whose streams it needs.
    ///
    /// A key may serve several accounts (one name, two object ids): [`crate::session`]'s fold
    /// passes over the events that are not its account's.
    pub fn accounts(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut accounts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (key, numbers) in self.identities.keys() {
            for number in numbers {
                accounts
                    .entry(self.identities.account(*number))
                    .or_default()
                    .push(key);
            }
        }
        accounts
    }

    /// The account that identifiers name; the empty account where they name nobody.
    pub fn account_of(&self, identity: &Identity<'_>) -> &str {
        self.identities
            .number(identity)
            .map_or("", |number| self.identities.account(number))
    }

    /// The account an identity key as delivered names, where it can be only one.
    pub fn account_of_key(&self, key: &str) -> Option<&str> {
        self.identities.account_of_key(key)
    }

    /// What an account did.
    pub fn usage(&self, account: &str) -> Option<&AccountUse> {
        let number = self.identities.number_of(account)?;
        self.accounts.get(number as usize)
    }

    /// How long the account's baseline is before a moment.
    pub fn baseline(&self, account: &str, before: Moment) -> Baseline {
        let Some(usage) = self.usage(account).filter(|usage| usage.span.n > 0) else {
            return Baseline::default();
        };
        let day = i32::try_from(before.day()).unwrap_or(i32::MAX);
        Baseline {
            days: days_between(usage.span.first, before),
            days_active: usage.days.range(..day).count(),
        }
    }

    /// How long the tenant's baseline is before a moment.
    pub fn tenant_baseline(&self, before: Moment) -> Baseline {
        if self.span.n == 0 {
            return Baseline::default();
        }
        Baseline {
            days: days_between(self.span.first, before),
            days_active: self.span.days_before(before),
        }
    }

    /// How long the baseline of a store's content is before a moment.
    pub fn store_baseline(&self, store: &str, before: Moment) -> Baseline {
        let Some(span) = self.stores.get(&key_of(store)) else {
            return Baseline::default();
        };
        Baseline {
            days: days_between(span.first, before),
            days_active: span.days_before(before),
        }
    }

    /// First and last use of a network or operator by an account.
    pub fn origin_of(&self, account: &str, origin: Origin) -> Option<&Span> {
        self.usage(account)?.origins.get(&origin)
    }

    /// First and last use of a device or client family by an account.
    pub fn device_of(&self, account: &str, device: &str) -> Option<&Span> {
        self.usage(account)?.devices.get(&key_of(device))
    }

    /// First and last use of a full agent by an account.
    pub fn agent_of(&self, account: &str, agent: &str) -> Option<&Span> {
        self.usage(account)?.agents.get(&key_of(agent))
    }

    /// First and last use from a country by an account.
    pub fn country_of(&self, account: &str, country: &str) -> Option<&Span> {
        let country = key_of(&country.to_uppercase());
        self.usage(account)?.countries.get(&country)
    }

    /// First and last use from a country in the tenant.
    pub fn country(&self, country: &str) -> Option<&Span> {
        self.countries.get(&key_of(&country.to_uppercase()))
    }

    /// Use of a network or operator in the tenant.
    pub fn origin(&self, origin: Origin) -> Option<&OriginUse> {
        self.origins.get(&origin)
    }

    /// How many accounts are on record as having used a network or operator; at least, where many.
    pub fn n_accounts_of(&self, origin: Origin) -> usize {
        self.n_accounts_of.get(&origin).copied().unwrap_or(0)
    }

    /// The accounts on record as having used a network or operator, at least these.
    pub fn accounts_of(&self, origin: Origin) -> BTreeSet<&str> {
        let Some(usage) = self.origins.get(&origin) else {
            return BTreeSet::new();
        };
        usage
            .accounts
            .keys()
            .iter()
            .filter_map(|hash| self.identities.number_of_hash(*hash))
            .map(|number| self.identities.account(number))
            .collect()
    }

    /// Whether a network is where this tenant usually comes from: many accounts, many days.
    pub fn is_habitual_egress(&self, network: Network) -> bool {
        let origin = Origin::Network(network);
        let days = self
            .origins
            .get(&origin)
            .map_or(0, |usage| usage.span.days.len());
        days >= EGRESS_DAYS_LEAST && self.n_accounts_of(origin) >= EGRESS_ACCOUNTS_LEAST
    }

    /// Whether an address belongs to the provider.
    pub fn is_relay(&self, host: IpAddr) -> bool {
        self.lists.is_relay(host)
    }

    /// Use of an application pair (`front|caller`).
    pub fn pair(&self, pair: &str) -> Option<&PairUse> {
        self.pairs.get(&key_of(pair))
    }

    /// First and last use of a pair in one store.
    pub fn pair_in_store(&self, pair: &str, store: &str) -> Option<&Span> {
        self.pair(pair)?.stores.get(&key_of(store))
    }

    /// Stores whose content is on record as reached at all.
    pub fn n_stores(&self) -> usize {
        self.stores.len()
    }

    /// What is on record of an application.
    pub fn application(&self, id: &str) -> Option<&Application> {
        self.applications.find(id)
    }

    /// Whether somebody here consented to the application, and it is not the provider's own.
    pub fn is_consented(&self, id: &str) -> bool {
        if id.is_empty() || self.is_own_application(id) {
            return false;
        }
        self.application(id)
            .is_some_and(|application| !application.consents.is_empty())
    }

    /// Whether the provider itself publishes the application.
    pub fn is_own_application(&self, id: &str) -> bool {
        self.lists
            .own_applications
            .iter()
            .any(|own| own.eq_ignore_ascii_case(id))
    }

    /// Whether a list of the provider's own applications is here and does not name this one.
    pub fn is_third_party(&self, id: &str) -> bool {
        !id.is_empty() && !self.lists.own_applications.is_empty() && !self.is_own_application(id)
    }

    /// The first use of an application on record: a sign-in through it that worked, or content
    /// reached by it as the caller of a pair.
    pub fn first_use_of(&self, id: &str) -> Option<Moment> {
        let application = self.application(id);
        let signed_in = application.and_then(|application| application.first_use);
        let read = self.callers.get(&id.to_lowercase()).copied();
        match (signed_in, read) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The account of the tenant that a name means: its full name, or the part before the `@`
    /// where only one account has it.
    pub fn own_account(&self, name: &str) -> Option<&str> {
        if let Some(account) = self.account_of_key(&name.trim().to_lowercase()) {
            return Some(account);
        }
        let alias = name.trim().to_lowercase();
        let mut known = self.identities.accounts().iter().filter(|account| {
            account
                .split_once('@')
                .is_some_and(|(local, _)| local == alias)
        });
        match (known.next(), known.next()) {
            (Some(account), None) => Some(account),
            _ => None,
        }
    }

    /// Mail domains of the tenant's accounts and of its lists, in lower case.
    pub fn own_domains(&self) -> BTreeSet<String> {
        let named = self.identities.accounts().iter().filter_map(|account| {
            let (_, domain) = account.split_once('@')?;
            Some(domain.to_owned())
        });
        let listed = self.lists.own_domains.iter().map(|d| d.to_lowercase());
        named.chain(listed).collect()
    }

    /// All applications on record, by id.
    pub fn applications(&self) -> &Applications {
        &self.applications
    }

    /// The account of a hash kept in the tables.
    pub fn account_of_hash(&self, hash: u64) -> Option<&str> {
        let number = self.identities.number_of_hash(hash)?;
        Some(self.identities.account(number))
    }

    /// Wrong and right passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Tokens of issuers' own logs, and of servers that saw their peer.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The number of an account, as the table of tokens counts them.
    pub fn number_of(&self, account: &str) -> Option<u32> {
        self.identities.number_of(account)
    }

    /// The account of a number.
    pub fn account_numbered(&self, number: u32) -> &str {
        self.identities.account(number)
    }

    /// Ids on record as issued.
    pub fn issued(&self) -> &Issued {
        &self.issued
    }

    /// Of the other tokens and sessions used on the days of a span and those beside it: how many
    /// are on record as issued, and how many there are.
    pub fn control(&self, first: Moment, last: Moment, but: &LeftOut) -> (u64, u64) {
        let day = |at: Moment| i32::try_from(at.day()).unwrap_or(i32::MAX);
        self.issued.control(day(first), day(last), but)
    }

    /// Items a day that only the given share of other accounts' days exceeds, in thousandths,
    /// and how many such days there are.
    pub fn peers_items_at(&self, account: &str, thousandths: usize) -> (u64, usize) {
        let all = &self.items_per_day;
        let mut own: Vec<u64> = self
            .usage(account)
            .map(|usage| usage.items.values().copied().collect())
            .unwrap_or_default();
        own.sort_unstable();
        let n_days = all.len() - own.len().min(all.len());
        let wanted = n_days * thousandths.min(999) / 1000;
        let n_upto =
            |size: u64| all.partition_point(|n| *n <= size) - own.partition_point(|n| *n <= size);
        let (mut low, mut high) = (0, all.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if n_upto(all[middle]) > wanted {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        (all.get(low).copied().unwrap_or(0), n_days)
    }

    /// The habits of the other accounts that were returned rows: how many accounts, the middle
    /// one's, and the largest.
    pub fn peers_rows(&self, account: &str) -> (usize, u64, u64) {
        let own = self
            .usage(account)
            .filter(|usage| usage.rows.n_sessions() > 0)
            .map(|usage| usage.rows.rows_at(HABIT_HUNDREDTHS));
        let n = self.rows_of_accounts.len() - usize::from(own.is_some());
        let at = |hundredths| row_use::at(&self.rows_of_accounts, own, hundredths);
        (n, at(50), at(100))
    }
}

/// First use of each application that called in a pair.
fn callers_of(pairs: &BTreeMap<u64, PairUse>) -> BTreeMap<String, Moment> {
    let mut callers: BTreeMap<String, Moment> = BTreeMap::new();
    for usage in pairs.values() {
        let Some((_, caller)) = usage.name.split_once('|').filter(|(_, c)| !c.is_empty()) else {
            continue;
        };
        let first = callers.entry(caller.to_owned()).or_insert(usage.span.first);
        *first = (*first).min(usage.span.first);
    }
    callers
}

fn days_between(first: Moment, before: Moment) -> i64 {
    ((before.micros - first.micros) / DAY).max(0)
}

fn distinct(identities: &IdentityMap, usage: &OriginUse) -> usize {
    let numbers: BTreeSet<u32> = usage
        .accounts
        .keys()
        .iter()
        .filter_map(|hash| identities.number_of_hash(*hash))
        .collect();
    numbers.len()
}
